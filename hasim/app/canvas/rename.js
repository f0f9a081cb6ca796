// A name is written where it stands.

function startRename(board) {
  const node = current(board) && groupOf(board.model, current(board));
  if (!node) return say(board, "Nothing selected");
  if (!isOurs(board, [node])) return undefined;
  const frame = frameOf(board, board.cy.getElementById(node.id));
  const field = part("input", {
    class: "rename",
    "aria-label": `New name of ${node.name}`,
    maxlength: "60",
    spellcheck: "false",
  });
  const top = node.type === "domain" ? frame.y - frame.h / 2 + 16 : frame.y;
  const width = Math.max(130, Math.min(220, frame.w));
  const room = board.parts.floor.clientWidth - width - 4;
  Object.assign(field.style, {
    left: `${Math.max(4, Math.min(room, frame.x - frame.w / 2))}px`,
    top: `${top - 16}px`,
    width: `${width}px`,
  });
  field.value = node.name;
  const finish = (keep) => finishRename(board, node, field, keep);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") finish(event.key === "Enter");
  });
  field.addEventListener("blur", () => finish(true));
  begin(board, "rename");
  board.parts.floor.append(field);
  field.focus();
  field.select();
  return undefined;
}

function finishRename(board, node, field, keep) {
  if (board.busy !== "rename") return;
  board.busy = null;
  const name = field.value.trim();
  const reason = keep && name !== node.name ? wrongName(board, name) : null;
  const wasFocused = field.matches(":focus");
  field.remove();
  if (wasFocused) board.parts.stage.focus({ preventScroll: true });
  if (reason) say(board, reason);
  else if (keep && name !== node.name) renameTo(board, node, name);
  done(board);
}

function renameTo(board, node, name) {
  const old = node.name;
  const id = `${node.type}:${name}`;
  const steps = [{ do: "rename", name: old, to: name }];
  if (!node.parent) steps.push(moveTo({ [id]: node }, true));
  act(board, steps, `${old} is called ${name} now`);
  choose(board, id, { quiet: true });
}

function wrongName(board, name) {
  const isName = /^[\p{L}\p{N}_-]{1,60}$/u.test(name) && !/^\p{N}+$/u.test(name);
  if (!isName)
    return `${name || "An empty name"}: a name is letters, digits, - and _, not only digits`;
  const isTaken = board.model.taken.has(name) || thingNamed(board.model, name);
  return isTaken ? `${name} is the name of something else` : null;
}
