import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { Notice } from './Notice';

/** Objects that the entity names and no cluster has. */
export function NotFound({ view }: { view: FluxEntityView }) {
  return view.notFound?.map(({ message }) => (
    <Notice key={message} state="unknown">
      {message}
    </Notice>
  ));
}
