// The program in Node sees the environment variables a native one would.
Module['preRun'] = [() => Object.assign(ENV, process.env)];
