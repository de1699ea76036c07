// Connects to one camera, asks what a recorder would ask, waits for the first change that the
// camera tells, and prints all of it as one line of JSON. Arguments: host, port, user, password.
// It ends by itself; the test bounds it.
'use strict';

const { Cam } = require('onvif');
const { promisify } = require('util');

const [hostname, port, username, password] = process.argv.slice(2);
const found = { events: [] };

function asked(camera, name, ...args) {
  return promisify(camera[name]).call(camera, ...args);
}

async function main(camera) {
  found.information = await asked(camera, 'getDeviceInformation');
  found.time = (await asked(camera, 'getSystemDateAndTime')).toISOString();
  found.profiles = camera.profiles.map((profile) => profile.$.token);
  found.stream = (await asked(camera, 'getStreamUri', { protocol: 'RTSP' })).uri;
  found.snapshot = (await asked(camera, 'getSnapshotUri')).uri;
  found.presets = Object.keys(await asked(camera, 'getPresets', {}));
  await asked(camera, 'gotoPreset', { preset: 'door' });
  found.place = (await asked(camera, 'getStatus', {})).position.x;
  found.interfaces = [].concat(await asked(camera, 'getNetworkInterfaces')).length;
  found.recordings = [].concat(await asked(camera, 'getRecordings')).length;
  camera.on('event', (message) => {
    const inner = message.message.message;
    found.events.push([message.topic._, inner.$.PropertyOperation]);
    if (inner.$.PropertyOperation === 'Initialized') {
      console.error('subscribed');
      return;
    }
    console.log(JSON.stringify(found));
    process.exit(0);
  });
}

const camera = new Cam({ hostname, port, username, password, timeout: 5000 }, (error) => {
  if (error) {
    console.log(JSON.stringify({ error: error.message }));
    process.exit(1);
  }
  main(camera).catch((problem) => {
    console.log(JSON.stringify({ ...found, error: problem.message }));
    process.exit(1);
  });
});
