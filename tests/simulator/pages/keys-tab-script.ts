/**
 * The key tab of the console with several keys: a list of names, and a dialog that shows a new key once. Defines
 * `loadKeyTab` and `makeKey` for the app.
 */
export const keysTabScript = String.raw`
  var showsExpiry = cfg.keyExpiry === 'chosen';
  var day = function (time) { return time ? time.slice(0, 10) : 'Never'; };

  function loadKeyTab() {
    return call('GET', '/api/keys').then(function (answer) {
      if (!answer.data) throw new Error(answer.message);
      renderKeys(answer.data);
    });
  }

  function renderKeys(keys) {
    var columns = ['Name', 'Created'].concat(showsExpiry ? 'Expires' : [], '');
    var lines = keys.map(function (key) {
      var remove = el('button', { class: 'copy_y4Zb', type: 'button', onclick: function () { openDelete(key); } }, ['Delete']);
      var cells = [key.name, day(key.createdAt)].concat(showsExpiry ? day(key.expiresAt) : [], remove);
      return el('tr', {}, cells.map(function (cell) { return el('td', {}, [cell]); }));
    });
    var list = keys.length === 0
      ? el('div', { class: 'empty_f0Rv' }, ['No API keys yet.'])
      : el('table', { class: 'table_l8Jn' }, [
          el('thead', {}, [el('tr', {}, columns.map(function (name) { return el('th', {}, [name]); }))]), el('tbody', {}, lines)
        ]);
    frame([
      el('h1', {}, ['API keys']), el('p', { class: 'lead_v6Gf' }, ['A key is shown once, when it is created.']), list,
      el('div', { class: 'actions_s9La' }, [el('button', { class: 'primary', type: 'button', onclick: openCreate }, ['Create key'])])
    ]);
  }

  function field(label, input) {
    return el('label', { class: 'field_u2Bn' }, [el('span', {}, [label]), input]);
  }

  function openCreate() {
    var name = el('input', { type: 'text', maxlength: '60' }, []);
    var expiry = el('select', {}, ['', '7', '30', '90'].map(function (days) {
      return el('option', { value: days }, [days ? days + ' days' : 'Never']);
    }));
    openDialog('Create API key', [field('Name', name)].concat(showsExpiry ? field('Expires', expiry) : []), 'Create', function (close) {
      close();
      makeKey({ name: name.value, expiresInDays: Number(expiry.value) || null });
    }, 'Cancel');
    name.focus();
  }

  function makeKey(wanted) {
    return call('POST', '/api/keys', wanted).then(function (answer) {
      if (answer.code === 'FoundRiskAndDoubleConfirm') return askAgain(answer.data, function () { return makeKey(wanted); });
      if (!answer.data) { toast(answer.message); return; }
      var shown = answer.ticket
        ? call('GET', '/api/openapi/apikey/plain?ticket=' + answer.ticket).then(function (revealed) { return revealed.data && revealed.data.plain; })
        : Promise.resolve(answer.isShown && answer.data.key);
      return shown.then(function (key) {
        if (key) showOnce(key); else toast('The key was created.');
        return loadKeyTab();
      });
    }).catch(function (problem) { toast(problem.message); });
  }

  function showOnce(key) {
    var value = el('input', { type: 'text', readonly: 'readonly', value: key }, []);
    var copy = el('button', { class: 'copy_y4Zb', type: 'button', onclick: function () { value.select(); toast('Copied.'); } }, ['Copy']);
    openDialog('Your new API key', [
      el('p', {}, ['Copy it now. You will not be able to see it again.']), el('div', { class: 'code_y2Nd' }, [value, copy])
    ], 'Done', function (close) { close(); }, null);
  }

  function openDelete(key) {
    openDialog('Delete API key', [el('p', {}, ['Whatever uses “' + key.name + '” will stop working.'])], 'Delete', function (close) {
      close();
      call('DELETE', '/api/keys/' + key.id).then(function (answer) {
        if (!answer.data) { toast(answer.message); return; }
        return loadKeyTab();
      }).catch(function (problem) { toast(problem.message); });
    }, 'Cancel');
  }
`;
