// What is said: to a screen reader and on the line at the bottom, always in the same words.

function say(board, text) {
  board.parts.live.textContent = text;
  board.parts.note.textContent = text;
  board.parts.note.classList.toggle("shown", text !== "");
  clearTimeout(board.silence);
  if (!board.pick)
    board.silence = setTimeout(() => board.parts.note.classList.remove("shown"), 4000);
}

function described(board, node) {
  const { model } = board;
  const group = groupOf(model, node);
  const kind = node.says?.startsWith(kindOf(node)) ? "" : kindOf(node);
  const said = [[node.name, kind].filter(Boolean).join(", ")];
  if (node.type === "member") said.push(`${node.count ?? 1} in ${nameOf(model, node.parent)}`);
  if (node.says && node.type !== "member") said.push(node.says);
  if (node.type === "domain") said.push(holding(model, node));
  const needed = edgesAt(model, group?.id).filter((edge) => edge.from === node.id);
  if (needed.length) said.push(atMost(needed.map((edge) => connectionWords(model, edge))));
  const mark = board.marks[node.id];
  if (mark) said.push([mark.phase, mark.label].filter(Boolean).join(" "));
  if (node.locked) said.push("not written in this file");
  return [...said, ...findingWords(node)].filter(Boolean).join("; ");
}

function holding(model, box) {
  const names = insideOf(model, box.id).map((node) => node.name);
  return names.length ? `holds ${atMost(names)}` : "empty";
}

// A list that can be listened to.
function atMost(words, most = 8) {
  const rest = words.length - most;
  return words.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function findingWords(item) {
  return (item.findings ?? []).map((finding) => `${finding.severity}: ${finding.text}`);
}

function connectionWords(model, edge) {
  return `${CONNECTIONS[edge.kind]?.says ?? edge.kind} ${nameOf(model, edge.to)}`;
}

function edgeWords(model, edge) {
  return [
    `${nameOf(model, edge.from)} ${connectionWords(model, edge)}`,
    ...findingWords(edge),
  ].join("; ");
}

function nameOf(model, id) {
  return model.nodes.get(id)?.name ?? "nothing";
}

function namesOf(nodes) {
  return nodes.map((node) => node.name).join(", ");
}
