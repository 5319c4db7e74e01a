// Without this script, all content is still reachable: states are links, and each state of the timeline opens.
const visits = [...document.querySelectorAll('details.visit')];
const button = document.querySelector('[data-action="all"]');
const drawn = [...document.querySelectorAll('.diagram a.state')];

const select = (visit) => {
  for (const each of visits) each.classList.toggle('selected', each === visit);
  for (const state of drawn) state.classList.toggle('selected', state.dataset.state === visit.dataset.state);
};

const show = (visit) => {
  visit.open = true;
  select(visit);
  const summary = visit.querySelector('summary');
  summary.focus({ preventScroll: true });
  summary.scrollIntoView({ block: 'start', behavior: 'instant' });
};

for (const state of drawn) {
  state.addEventListener('click', (event) => {
    event.preventDefault();
    const id = state.getAttribute('href').slice(1);
    history.replaceState(null, '', `#${id}`);
    show(document.getElementById(id));
  });
}

for (const visit of visits) {
  visit.addEventListener('toggle', () => {
    if (visit.open && visit.contains(document.activeElement)) select(visit);
    button.textContent = visits.every(({ open }) => open) ? 'Close all' : 'Open all';
  });
}

button.hidden = false;
button.addEventListener('click', () => {
  const open = !visits.every((visit) => visit.open);
  for (const visit of visits) visit.open = open;
});

// On paper nothing can be opened.
let opened = [];
addEventListener('beforeprint', () => {
  opened = visits.filter(({ open }) => !open);
  for (const visit of opened) visit.open = true;
});
addEventListener('afterprint', () => {
  for (const visit of opened) visit.open = false;
});

// In a narrow window the start would be out of sight.
const start = document.querySelector('.diagram .state');
const frame = document.querySelector('.scroll');
if (start) {
  const { left, width } = start.getBoundingClientRect();
  frame.scrollLeft += left + width / 2 - frame.getBoundingClientRect().left - frame.clientWidth / 2;
}

const linked = location.hash.startsWith('#visit-') ? document.getElementById(location.hash.slice(1)) : null;
if (linked) show(linked);
