import { isPkiError } from '../../../src/errors/pki-error.ts';
import { joinHostPort, parseHostPort } from '../../../src/net/host-port.ts';

describe('host and port', () => {
  it.each([
    ['lb', { host: 'lb' }],
    ['lb.example.com:8443', { host: 'lb.example.com', port: 8443 }],
    ['lb:', { host: 'lb' }],
    ['lb:0080', { host: 'lb', port: 80, portText: '0080' }],
    ['10.0.0.1', { host: '10.0.0.1' }],
    ['10.0.0.1:6443', { host: '10.0.0.1', port: 6443 }],
    ['fd00::1', { host: 'fd00::1' }],
    ['[fd00::1]:6443', { host: 'fd00::1', port: 6443 }],
    ['[fd00::1]:', { host: 'fd00::1' }],
    ['[lb]:6443', { host: 'lb', port: 6443 }],
  ])('reads %s as kubeadm does', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected);
  });

  it.each([
    '',
    ':6443',
    'lb:0',
    'lb:65536',
    'lb:https',
    'lb:+80',
    'lb:6443:1',
    'LB:6443',
    'lb.:6443',
    '*.lb',
    'bad_host',
    '[fd00::1]',
    '[fd00::1',
    'fd00::1]:1',
    'https://lb',
    '10.0.0.1/24',
  ])('refuses %j as kubeadm does', (text) => {
    let caught: unknown;
    try {
      parseHostPort(text);
    } catch (error) {
      caught = error;
    }
    expect(isPkiError(caught, 'invalid-value') && caught.details.value).toBe(text);
  });

  it('puts brackets around IPv6 addresses', () => {
    expect(joinHostPort('fd00::1', 6443)).toBe('[fd00::1]:6443');
    expect(joinHostPort('10.0.0.1', 6443)).toBe('10.0.0.1:6443');
    expect(joinHostPort('lb', 1)).toBe('lb:1');
    expect(joinHostPort('lb', '08443')).toBe('lb:08443');
  });
});
