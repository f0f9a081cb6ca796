// What a person does, whichever way: each act shows its effect at once and is then told to Python.

function act(board, steps, message) {
  const numbered = post(board.outbox, steps);
  for (const step of numbered) edit(board.model, step);
  redraw(board);
  showHint(board);
  tell(board);
  if (message) say(board, message);
}

function tell(board) {
  clearTimeout(board.resting);
  const said = {
    operations: board.outbox.pending,
    chosen: board.cy.elements(":selected").map((item) => item.id()),
    opened: board.opened ?? null,
  };
  const text = JSON.stringify(said);
  if (text === board.told) return;
  board.told = text;
  for (const id of said.chosen) board.chosenHere.add(id);
  board.component.setStateValue("said", said);
}

function isOurs(board, nodes) {
  if (!board.editable) {
    say(board, "This drawing can be looked at, not changed");
    return false;
  }
  const locked = nodes.filter((node) => node?.locked);
  if (locked.length) say(board, `${namesOf(locked)}: comes from another file; change it there`);
  return !locked.length;
}

function addPart(board, what, place) {
  if (!isOurs(board, [])) return;
  const { model } = board;
  const name = freeName(model, what.stem);
  const box = place ? boxAt(model, place) : chosenBox(board);
  const into = box && !box.locked && fitsInto(what, box) ? box : null;
  const add = what.type === "service" ? { do: "add_service", name } : addStep(what, name, into);
  const id = `${what.type}:${name}`;
  const steps = [add];
  if (!(into && what.type === "domain")) steps.push(standing(board, what, id, place, into));
  act(board, steps, `Added ${name}${into ? ` into ${into.name}` : ""}. F2 renames it${what.type === "domain" ? "" : ", C connects it"}.`);
  choose(board, id, { quiet: true });
  board.parts.stage.focus({ preventScroll: true });
}

function addStep(what, name, into) {
  const where = into ? into.name : null;
  if (what.type === "domain") return { do: "add_domain", name, level: what.level, into: where };
  return { do: "add", name, role: what.role, into: where };
}

// A group never stands in a box, its replicas do: so it stands beside the box it was dropped on.
function standing(board, what, id, place, into) {
  const size = SIZES[what.type];
  const middle = { x: board.parts.floor.clientWidth / 2, y: board.parts.floor.clientHeight / 2 };
  const near = current(board);
  const beside = near && isGroup(near) ? { x: near.x + 20, y: near.y + 20 } : placeInModel(board, middle);
  const wanted = into ? { x: into.x, y: into.y - into.h / 2 - size.h } : (place ?? beside);
  const { x, y } = freeSpot(board.model, wanted, size);
  return { do: "move", places: { [id]: [Math.round(x), Math.round(y)] } };
}

function chosenBox(board) {
  const node = current(board);
  return node?.type === "domain" ? node : null;
}

function fitsInto(what, box) {
  if (what.type === "service") return false;
  if (what.type !== "domain") return true;
  const width = (level) => (LEVELS_FROM_WIDE.indexOf(level) + 1 || 9);
  return width(box.level) < width(what.level);
}

// Why two things cannot be connected, or null where they can.
function obstacle(board, from, to) {
  if (!from || !to || !isGroup(from) || !isGroup(to)) return "Only services and components are connected";
  if (from === to) return `${from.name} cannot need itself`;
  const there = edgesAt(board.model, from.id).some((edge) => edge.from === from.id && edge.to === to.id);
  return there ? `${from.name} is connected to ${to.name} already` : null;
}

function connect(board, fromId, toId) {
  const { model } = board;
  const [from, to] = [fromId, toId].map((id) => groupOf(model, model.nodes.get(id) ?? {}));
  const reason = obstacle(board, from, to);
  if (reason) return say(board, reason);
  if (!isOurs(board, [from])) return undefined;
  act(board, [{ do: "connect", from: from.name, to: to.name }], `${from.name} needs ${to.name} now`);
  return undefined;
}

function removeChosen(board) {
  const [nodes, edges] = [chosenNodes(board), chosenEdges(board)];
  if (!nodes.length && !edges.length) return say(board, "Nothing selected");
  if (!isOurs(board, [...nodes, ...edges.map((edge) => board.model.nodes.get(edge.from))])) return undefined;
  const next = nextAfter(board, nodes);
  const things = nodes.filter((node) => node.type !== "member");
  const steps = edges.map((edge) => ({ do: "disconnect", from: nameOf(board.model, edge.from), to: nameOf(board.model, edge.to) }));
  for (const member of nodes.filter((node) => node.type === "member" && !things.some((thing) => thing.id === node.group))) {
    steps.push({ do: "drop", name: member.name, into: null, from: nameOf(board.model, member.parent) });
  }
  if (things.length) steps.push({ do: "delete", names: things.map((node) => node.name) });
  act(board, steps, `Removed ${[...nodes.map((node) => node.name), ...edges.map((edge) => `the connection from ${edgeWords(board.model, { ...edge, findings: [] })}`)].join(", ")}. Ctrl+Z brings it back.`);
  if (next && board.model.nodes.has(next)) choose(board, next, { quiet: true });
  return undefined;
}

function nextAfter(board, nodes) {
  const order = readingOrder(board.model);
  const at = order.indexOf(nodes[0]);
  return at < 0 ? null : (order[at - 1] ?? order[at + 1])?.id;
}

function copyChosen(board, names = namesToCopy(board)) {
  const known = names.map((name) => thingNamed(board.model, name)).filter(Boolean);
  if (!known.length) return say(board, "Nothing to copy");
  if (!isOurs(board, [])) return undefined;
  const before = new Set(board.model.nodes.keys());
  act(board, [{ do: "copy", names: known.map((node) => node.name) }], `Copied ${namesOf(known)}`);
  const made = [...board.model.nodes.values()].filter((node) => !before.has(node.id) && isGroup(node));
  made.forEach((node, at) => choose(board, node.id, { more: at > 0, quiet: true }));
  return undefined;
}

function namesToCopy(board) {
  const groups = chosenNodes(board).map((node) => groupOf(board.model, node));
  return [...new Set(groups.map((node) => node.name))];
}

function keepForPaste(board) {
  board.clipping = namesToCopy(board);
  say(board, board.clipping.length ? `${board.clipping.join(", ")} ready to paste: Ctrl+V` : "Nothing selected");
}

function undo(board) {
  if (isOurs(board, [])) act(board, [{ do: "undo" }], "Undone");
}

function redo(board) {
  if (isOurs(board, [])) act(board, [{ do: "redo" }], "Done again");
}

function tidy(board) {
  if (isOurs(board, [])) act(board, [{ do: "tidy" }], "Laid out anew");
}

// The sentence that says what a drop does, or null where it does nothing.
function drop(board, node, box) {
  const { model } = board;
  const home = node.parent ? model.nodes.get(node.parent) : null;
  const group = groupOf(model, node);
  if (box === home || !isOurs(board, [group])) return false;
  if (box && node.type === "service") {
    say(board, "A service is what users see: it is not in a place. Drop the components that serve it.");
    return false;
  }
  const step = { do: "drop", name: group.name, into: box?.name ?? null, from: home?.name ?? null };
  act(board, [step], dropWords(node, group, box, home));
  return true;
}

function dropWords(node, group, box, home) {
  if (node.type === "domain") return box ? `${node.name} is inside ${box.name} now` : `${node.name} is outside ${home.name} now`;
  if (!box) return `${group.name} is no longer in ${home.name}`;
  return home ? `One of ${group.name} went from ${home.name} to ${box.name}` : `${group.name} is in ${box.name} too now`;
}

function startRename(board) {
  const node = current(board) && groupOf(board.model, current(board));
  if (!node) return say(board, "Nothing selected");
  if (!isOurs(board, [node])) return undefined;
  const frame = frameOf(board, board.cy.getElementById(node.id));
  const field = part("input", { class: "rename", "aria-label": `New name of ${node.name}`, maxlength: "60", spellcheck: "false" });
  const top = node.type === "domain" ? frame.y - frame.h / 2 + 16 : frame.y;
  const width = Math.max(130, Math.min(220, frame.w));
  const room = board.parts.floor.clientWidth - width - 4;
  Object.assign(field.style, { left: `${Math.max(4, Math.min(room, frame.x - frame.w / 2))}px`, top: `${top - 16}px`, width: `${width}px` });
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
  act(board, [{ do: "rename", name: old, to: name }], `${old} is called ${name} now`);
  choose(board, `${node.type}:${name}`, { quiet: true });
}

function wrongName(board, name) {
  const isName = /^[\p{L}\p{N}_-]{1,60}$/u.test(name) && !/^\p{N}+$/u.test(name);
  if (!isName) return `${name || "An empty name"}: a name is letters, digits, - and _, not only digits`;
  const isTaken = board.model.taken.has(name) || thingNamed(board.model, name);
  return isTaken ? `${name} is the name of something else` : null;
}
