"""Parameters of Palimpsest's notebooks for papermill: `papermill BOOK.ipynb out.ipynb -p steps 10 -k palimpsest`.

papermill knows no TypeScript. Installed by pip, this module is loaded with papermill's engines, and teaches it the kernel
"palimpsest": the cell that it injects is the one of `palimpsest run --set`. A translator is told the values and nothing
of the notebook, so the notebook must call its settings `settings`, in the cell tagged "parameters".
"""

import json
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
DEFAULT = re.compile(r"^\s*([A-Za-z_$][\w$]*): (.+?),?(?:\s*//\s*(.*))?$")


def as_json(value):
    """JSON as JavaScript writes it. Throws for what JSON does not have (infinities, dates)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class PalimpsestTranslator(Translator):
    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        """The cell to inject. `void`, for a kernel shows the value of a cell's last expression."""
        names = {name: name if IDENTIFIER.fullmatch(name) else as_json(name) for name in parameters}
        lines = "".join(f"  {names[name]}: {as_json(value)},\n" for name, value in parameters.items())
        return f"{cls.comment(comment)}\nvoid Object.assign(settings, {{\n{lines}}});"

    @classmethod
    def inspect(cls, parameters_cell):
        """The defaults that stand a line each in `lab.params({ defaults: { … } })`; for `--help-notebook`, and for a warning."""
        _, _, defaults = parameters_cell["source"].partition("defaults:")
        found = [DEFAULT.match(line) for line in defaults.splitlines()]
        return [Parameter(m[1], "None", m[2].removesuffix(" as const"), m[3] or "") for m in found if m]


papermill_translators.register("palimpsest", PalimpsestTranslator)


class PalimpsestEngine(NBClientEngine):
    """papermill's own engine. Its entry point is what has papermill load this module."""
