/** --close-tcp, --listen-only: sockets without their connections, so that a restore needs neither the addresses nor the peers. */
import { wishOf, type Edit } from '../edit.ts';
import { LISTEN, TCP } from './port.ts';

const CLOSED = 7;

export function closeEdit(option: 'close-tcp' | 'listen-only'): Edit {
  const wish = wishOf(option, '');
  return {
    option,
    wishes: [wish],
    visits: {
      inet_sk_entry(spot) {
        const { proto, state, dst_port, src_addr, dst_addr } = spot.message;
        if (proto === TCP ? state === LISTEN || dst_port === 0 : option === 'close-tcp' || dst_port === 0) return;
        wish.isMet = true;
        spot.set('state', CLOSED);
        spot.set('src_port', 0);
        spot.set('dst_port', 0);
        spot.set('src_addr', zeros(src_addr));
        spot.set('dst_addr', zeros(dst_addr));
      },
    },
    rename: (image, magic) => (magic === 'TCP_STREAM' ? undefined : image),
    found: () => 'there is no connection',
  };
}

function zeros(address: unknown): number[] {
  return Array.isArray(address) ? address.map(() => 0) : [];
}
