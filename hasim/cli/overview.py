"""The help of `hasim` itself: one line for each command.

Rules of this file: text only, nothing is imported; tests/cli holds it against the commands.
"""

#: In the order in which a user meets them: module and one line of help of each command.
COMMANDS = {
    "run": ("running", "Answer a model: availability, outages, causes, headroom."),
    "check": ("checking", "Say all that is wrong or doubtful about a model."),
    "compare": ("comparing", "Compare designs: which is best, by how much, and how sure that is."),
    "size": (
        "sizing",
        "Find the cheapest design that meets all targets, and say why nothing cheaper will.",
    ),
    "diff": ("diffing", "Tell what a change of a model changes in the answer, for a pull request."),
    "explain": ("explaining", "Say where the downtime comes from, and what would buy it back."),
    "sensitivity": ("sensing", "Say which numbers of a model its answer depends on."),
    "trace": ("tracing", "Tell an incident stage by stage."),
    "app": ("apping", "Open the app: draw, run, compare and size systems in the browser."),
    "report": ("reporting", "Write a page with answer, picture, figures, assumptions."),
    "study": ("studying", "List studies, show one, export it for other programs."),
    "new": ("starting", "Write a small commented model to start from."),
    "schema": ("schemas", "Print the JSON Schema of the model language, for editors."),
    "catalogue": ("cataloguing", "Show typical values with their sources, and presets."),
    "verify": ("verifying", "Ask systems whose answers are known, and compare."),
    "warmup": ("warming", "Compile the simulation kernels ahead of the first run."),
}

ABOUT = "Tell how available a design is, how long outages last, and why."

EXAMPLE = "hasim run models/shop.yaml"

HELP = "\n".join(
    [
        "Usage: hasim COMMAND [OPTIONS] ...",
        "",
        f"  {ABOUT}",
        "",
        "Commands:",
        *(f"  {name:<13}{line}" for name, (_, line) in COMMANDS.items()),
        "",
        f"Example: {EXAMPLE}",
        "Each command has --help with an example; hasim --version tells the version.",
        "",
    ]
)
