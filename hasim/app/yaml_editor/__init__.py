"""The YAML editor: a text field that shows findings at their lines and loses no key."""

from hasim.app.yaml_editor.widget import EditorState, read_yaml_editor, show_yaml_editor

__all__ = ["EditorState", "read_yaml_editor", "show_yaml_editor"]
