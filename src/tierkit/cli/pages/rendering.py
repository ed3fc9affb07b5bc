"""Templates to pages; the one module that touches Jinja2, an optional package.

A page loads nothing: its policy allows the one style and the one script that it carries, by their digests,
and nothing else. Every text is escaped by the template engine.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from tierkit.errors import MissingExtraError


def rendered(name: str, context: Mapping[str, Any]) -> str:
    """The page `name` filled with a context; its style and script are the files of the same name.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        message = "pages need a package that is not installed: pip install 'tierkit[html]'"
        raise MissingExtraError(message) from None
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (_text(f"{name}.{ending}") for ending in ("css", "js"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    own = {"style": Markup(style), "script": Markup(script), "policy": policy}  # noqa: S704  files of ours
    return environment.get_template(f"{name}.html").render({**context, **own})


def _text(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The digest by which a policy knows what stands between the tags."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
