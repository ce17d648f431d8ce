import { createDevApp } from '@backstage/frontend-dev-utils';
import fluxPlugin from '../src';
import { devPages, fixtureBackend } from './fixtureApp';

createDevApp({ features: [fluxPlugin, fixtureBackend, devPages] });
