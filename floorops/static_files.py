from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r"""(?P<matched>from "(?P<url>\./[^"]+)")"""


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Every file under a name with the hash of its content, also where one of our scripts imports another: no browser keeps an old half."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", ((IMPORT, 'from "%(url)s"'),)))
