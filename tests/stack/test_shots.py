"""The walk of ``make shots`` over the pages that a role reaches."""

from types import SimpleNamespace

from stack.shots import Walk


def test_the_walk_follows_a_page_and_leaves_files_and_what_is_barred_alone(open_page, browser, live_server, plant, console):
    page = open_page(plant.person("mgr"), viewport="tablet")
    walk = Walk(SimpleNamespace(address=live_server.url), browser)

    found = walk.links(page, "/findings")
    assert "/data/findings/export" in {link.partition("?")[0] for link in found}
    assert walk.name_of("/data/findings/export")
    assert walk.links(page, "/data/findings/export") == []
    assert walk.links(page, "/nowhere") == []
    assert page.url == f"{live_server.url}/findings"
