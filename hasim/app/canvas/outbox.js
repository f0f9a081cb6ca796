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

function forget(outbox, applied) {
  outbox.last = Math.max(outbox.last, applied);
  outbox.pending = outbox.pending.filter((step) => step.seq > applied);
}
