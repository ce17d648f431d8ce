import { EntityProvider } from '@backstage/plugin-catalog-react';
import { Flex, Link } from '@backstage/ui';
import { useSearchParams } from 'react-router-dom';
import { views } from '../src/__fixtures__';
import { FluxCard } from '../src/components/card/FluxCard';
import { FluxTab } from '../src/components/tab/FluxTab';

const names = [...Object.keys(views), 'loading', 'error'];
const entity = (name: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, title: 'orders' },
});

/** The tab or the cards of a fixture. */
export function DevPage() {
  const [params] = useSearchParams();
  const view = params.get('view') ?? 'failing';
  return (
    <div style={{ padding: 24, background: 'var(--bui-bg-app)' }}>
      <Flex gap="3" mb="4" style={{ flexWrap: 'wrap' }}>
        {names.map(name => (
          <Link key={name} href={`/?view=${name}`}>
            {name}
          </Link>
        ))}
        <Link href="/?card=1">cards</Link>
      </Flex>
      {params.has('card') ? (
        <div
          style={{
            display: 'grid',
            gap: 12,
            gridTemplateColumns: `repeat(auto-fill, minmax(${
              params.get('width') ?? 236
            }px, 1fr))`,
          }}
        >
          {names.map(name => (
            <EntityProvider key={name} entity={entity(name)}>
              <FluxCard />
            </EntityProvider>
          ))}
        </div>
      ) : (
        <EntityProvider entity={entity(view)}>
          <FluxTab />
        </EntityProvider>
      )}
    </div>
  );
}
