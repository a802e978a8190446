'use strict';
// Runs after the other scripts, from no version's folder: a cache may have kept this page longer than the
// server keeps what it loads.

if (typeof Module === 'undefined') {
  const make = (tag, textContent) => Object.assign(document.createElement(tag), {textContent});
  const again = Object.assign(make('a', 'Load this view again'), {className: 'again', href: location.href});
  again.addEventListener('click', (event) => {
    event.preventDefault();
    location.reload();
  });
  const message = document.getElementById('message');
  message.replaceChildren(
    make('h1', 'The program could not be loaded'),
    make('p', 'Parts of this page are missing. The server may just have got a newer version, or the connection broke.'),
    again);
  message.hidden = false;
  document.getElementById('loading').hidden = true;
  document.documentElement.dataset.state = 'failed';
}
