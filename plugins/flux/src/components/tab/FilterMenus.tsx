import {
  FluxEntityView,
  resourceStates,
} from '@backstage-flux/plugin-flux-common';
import {
  Button,
  MenuListBox,
  MenuListBoxItem,
  MenuTrigger,
} from '@backstage/ui';
import { RiArrowDownSLine } from '@remixicon/react';
import { ReactNode } from 'react';
import { TreeFilter, useFluxTranslation } from '../../lib';
import { common } from '../common';

/** Filters the tree by state and by kind; both offer only what there is. */
export function FilterMenus(props: {
  view: FluxEntityView;
  filter: TreeFilter;
  onFilter: (filter: TreeFilter) => void;
}) {
  const t = useFluxTranslation();
  const { view, filter, onFilter } = props;
  const resources = view.clusters.flatMap(each => each.resources);
  const present = new Set(resources.map(each => each.status.state));
  const kinds = [...new Set(resources.map(each => each.ref.kind))].sort();
  return (
    <>
      <FilterMenu
        name={t('filter.state')}
        chosen={filter.states}
        onChoose={states => onFilter({ ...filter, states })}
        options={resourceStates
          .filter(each => present.has(each) || filter.states.has(each))
          .map(each => ({ id: each, content: t(`state.${each}`) }))}
      />
      <FilterMenu
        name={t('filter.kind')}
        chosen={filter.kinds}
        onChoose={chosen => onFilter({ ...filter, kinds: chosen })}
        options={kinds.map(each => ({ id: each, content: each }))}
      />
    </>
  );
}

function FilterMenu(props: {
  name: string;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  options: { id: string; content: ReactNode }[];
}) {
  const t = useFluxTranslation();
  const { name, chosen, onChoose, options } = props;
  return (
    <MenuTrigger>
      <Button
        variant="tertiary"
        className={common.button}
        iconEnd={<RiArrowDownSLine size={14} />}
      >
        {chosen.size > 0
          ? t('filter.chosen', { name, n: String(chosen.size) })
          : name}
      </Button>
      <MenuListBox
        aria-label={name}
        selectionMode="multiple"
        // Esc closes the menu; what is chosen stays.
        escapeKeyBehavior="none"
        placement="bottom end"
        selectedKeys={chosen}
        onSelectionChange={keys =>
          onChoose(
            new Set(
              keys === 'all'
                ? options.map(each => each.id)
                : [...keys].map(String),
            ),
          )
        }
      >
        {options.map(({ id, content }) => (
          <MenuListBoxItem key={id} id={id}>
            {content}
          </MenuListBoxItem>
        ))}
      </MenuListBox>
    </MenuTrigger>
  );
}
