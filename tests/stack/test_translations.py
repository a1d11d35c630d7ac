"""The tool that finds texts without Chinese finds them, and the parts of the rooms become one catalogue."""

import shutil

import pytest
from django.utils import translation

from floorops import translations
from stack import check_translations as check
from tests.stack.plants import ROOT

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def house(tmp_path, monkeypatch, settings):
    """An empty house: ``house("core/models.py", "…")`` puts a file in."""
    monkeypatch.setattr(check, "ROOT", tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]

    def put(name: str, content: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    return put


def test_texts_are_found_in_python_templates_and_scripts(house):
    house(
        "core/views.py", 'from x import gettext as _\ntitle = _("In Python, %(count)s times") % {"count": 1}\nngettext("one", "many", 2)\n'
    )
    house(
        "templates/a.html",
        '{% load i18n %}<p>{% translate "In a tag" %}</p>{% blocktranslate with n=n %}In a block {{ n }}{% endblocktranslate %}',
    )
    house(
        "templates/b.html",
        "{% load i18n %}{% blocktranslate count n=n %}{{ n }} sheet{% plural %}{{ n }} sheets{% endblocktranslate %}"
        "{{ _('In a filter')|upper }}",
    )
    house("static/js/a.js", 'say(gettext("In a script"));')
    found = {text.id for text in check.texts()}
    assert found == {"In Python, %(count)s times", "one", "In a tag", "In a block %(n)s", "%(n)s sheet", "In a filter", "In a script"}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("", "no Chinese for 'Good day, %(who)s'"),
        ('msgid "Good day, %(who)s"\nmsgstr ""\n', "no Chinese for 'Good day, %(who)s'"),
        ('#, fuzzy\nmsgid "Good day, %(who)s"\nmsgstr "%(who)s，您好"\n', "marked fuzzy"),
        ('msgid "Good day, %(who)s"\nmsgstr "%(whom)s，您好"\n', "names a placeholder that the text does not have"),
    ],
    ids=["missing", "empty", "fuzzy", "placeholder"],
)
def test_a_text_without_good_chinese_is_a_fault(house, entry, fault):
    house("core/views.py", 'title = _("Good day, %(who)s")\n')
    house("locale/parts/core.po", HEADER + entry)
    [told] = check.faults()
    assert told.startswith("core/views.py:1: ")
    assert fault in told


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("templates/a.html", "{% load i18n %}\n<p>{{ name }}</p>\n<p>Bare words</p>", 3),
        ("templates/a.html", '<img src="{{ x }}"\n alt="Bare words">', 1),
        ("templates/a.html", "<p>生产计划</p>", 1),
        ("core/forms.py", "class F:\n    a = CharField(label='Bare words')\n", 2),
        ("core/models.py", "class Kind(TextChoices):\n    A = 'a', 'Bare words'\n", 2),
        ("core/views.py", "messages.success(request, 'Bare words')\n", 1),
    ],
)
def test_words_that_are_not_marked_are_a_fault(house, name, content, line):
    house(name, content)
    [told] = check.faults()
    assert told.startswith(f"{name}:{line}: not marked for translation: ")


def test_what_nobody_reads_is_no_fault(house):
    house(
        "templates/a.html",
        "{# a comment #}{% comment %}words{% endcomment %}<script>let words = 1</script>"
        "<p class='words'>{{ words }} 12 % — FloorOps XLSX</p>",
    )
    assert check.faults() == []


def test_parts_that_disagree_are_told(house):
    house("locale/parts/core.po", HEADER + 'msgid "Plant"\nmsgstr "工厂"\n')
    house("locale/parts/plans.po", HEADER + 'msgid "Plant"\nmsgstr "厂区"\n')
    with pytest.raises(translations.Conflict, match=r"plans\.po: 'Plant' is '厂区' here and '工厂' elsewhere"):
        translations.catalogue()


def test_the_compiled_catalogue_is_what_django_reads(house, tmp_path):
    house("locale/parts/core.po", HEADER + 'msgid "A word nobody else uses"\nmsgstr "独一无二的词"\n')
    assert translations.compile_catalogue()
    assert not translations.compile_catalogue()
    import gettext

    with (tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("A word nobody else uses") == "独一无二的词"
    assert translation.to_locale("zh-hans") == translations.LOCALE


def test_the_command_passes_on_this_code_and_fails_on_a_text_that_is_not_marked(tmp_path, monkeypatch, settings, capsys):
    assert check.main() == 0
    said = capsys.readouterr().out
    assert said.endswith(" texts, all in both languages\n")
    assert int(said.split()[0]) > 3000

    for folder in ("plans", "templates", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    with (tmp_path / "templates" / "more.html").open("a", encoding="utf-8") as page:
        page.write("<p>Bare words</p>")
    with (tmp_path / "plans" / "forms" / "registers.py").open("a", encoding="utf-8") as form:
        form.write("\n\nclass Bare(forms.Form):\n    a = forms.CharField(label='Bare label')\n")
        form.write("    b = forms.CharField(label=_('No Chinese for it'))\n")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert check.main() == 1
    told = capsys.readouterr().out.splitlines()
    assert sorted(line.partition(": ")[2] for line in told) == [
        "no Chinese for 'No Chinese for it'",
        "not marked for translation: 'Bare label'",
        "not marked for translation: Bare words",
    ]
    assert {line.partition(":")[0] for line in told} == {"templates/more.html", "plans/forms/registers.py"}
