"""The topology editor: a drawing that is edited by hand, and tells what was done to it."""

from hasim.app.canvas.widget import CanvasState, canvas_state, show_canvas

__all__ = ["CanvasState", "canvas_state", "show_canvas"]
