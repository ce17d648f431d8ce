import { KeyboardEvent, useCallback, useRef, useState } from 'react';
import { Folding } from './useFolding';
import { TreeLine } from './treeLines';

/**
 * The keys of a treegrid whose rows have the focus: up and down walk, left and right fold and go to
 * the parent or into the children, Home and End jump, Enter opens. One row is in the tab order.
 */
export function useTreeKeys(options: {
  lines: TreeLine[];
  folding: Folding;
  onOpen: (line: TreeLine) => void;
}) {
  const { lines, folding, onOpen } = options;
  const rows = useRef(new Map<string, HTMLTableRowElement>());
  const [activeKey, setActiveKey] = useState<string>();
  const current =
    lines.find(each => each.key === activeKey)?.key ?? lines[0]?.key;

  const register = useCallback(
    (key: string) => (row: HTMLTableRowElement | null) => {
      if (row) {
        rows.current.set(key, row);
      } else {
        rows.current.delete(key);
      }
    },
    [],
  );

  const focus = (key: string | undefined) => {
    if (key !== undefined) {
      setActiveKey(key);
      rows.current.get(key)?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    // Keys on a button or a link within the row are that control's own.
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey) {
      return;
    }
    const index = lines.findIndex(each => each.key === current);
    const line = lines[index];
    if (!line) {
      return;
    }
    const foldable = line.type === 'group' || line.hasChildren;
    switch (event.key) {
      case 'ArrowDown':
        focus(lines[index + 1]?.key);
        break;
      case 'ArrowUp':
        focus(lines[index - 1]?.key);
        break;
      case 'Home':
        focus(lines[0].key);
        break;
      case 'End':
        focus(lines[lines.length - 1].key);
        break;
      case 'ArrowRight':
        if (foldable && !line.expanded) {
          folding.set(line.key, false);
        } else if (foldable) {
          focus(lines[index + 1]?.key);
        }
        break;
      case 'ArrowLeft':
        if (foldable && line.expanded) {
          folding.set(line.key, true);
        } else if (line.type === 'resource') {
          focus(line.parentKey);
        }
        break;
      case 'Enter':
        onOpen(line);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return { activeKey: current, setActiveKey, register, onKeyDown };
}
