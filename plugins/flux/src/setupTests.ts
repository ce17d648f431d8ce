import '@testing-library/jest-dom';
import { configure } from '@testing-library/dom';

// Finding by role in a whole app takes its time where other work shares the machine.
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);
