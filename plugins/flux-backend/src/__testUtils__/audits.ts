import {
  AuditorServiceCreateEventOptions,
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';

/**
 * An auditor that remembers what the Flux plugin told it, with how it ended. Jest's own functions forget
 * what they answer when a test ends, and the Kubernetes plugin still asks then.
 */
export function recordAudits() {
  const events: { eventId: string; meta?: object; ended?: string }[] = [];
  const factory = createServiceFactory({
    service: coreServices.auditor,
    deps: { plugin: coreServices.pluginMetadata },
    factory: ({ plugin }) => ({
      async createEvent({ eventId, meta }: AuditorServiceCreateEventOptions) {
        const event: (typeof events)[number] = { eventId, meta };
        if (plugin.getId() === 'flux') {
          events.push(event);
        }
        const end = (ended: string) => async () => {
          event.ended = ended;
        };
        return { success: end('success'), fail: end('fail') };
      },
    }),
  });
  return { events, factory };
}
