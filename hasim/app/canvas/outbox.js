// What Python has not applied yet. All of it is said again with each edit, so that a rerun that
// Streamlit skips loses nothing; numbers start from the clock, so that they rise over a reload.

function outboxOf() {
  return { last: 0, pending: [] };
}

function post(outbox, steps) {
  const numbered = steps.map((step) => {
    outbox.last = Math.max(outbox.last + 1, Date.now());
    return { seq: outbox.last, ...step };
  });
  outbox.pending.push(...numbered);
  return numbered;
}

// How many edits there are to undo and to redo, with what Python has not applied yet.
function turnsOf(outbox, { past, future }) {
  for (const { do: deed, joined } of outbox.pending) {
    if (deed === "undo" && past) [past, future] = [past - 1, future + 1];
    else if (deed === "redo" && future) [past, future] = [past + 1, future - 1];
    else if (deed !== "undo" && deed !== "redo" && !joined) [past, future] = [past + 1, 0];
  }
  return { past, future };
}

function forget(outbox, applied) {
  outbox.last = Math.max(outbox.last, applied);
  outbox.pending = outbox.pending.filter((step) => step.seq > applied);
}
