/**
 * The Diffie-Hellman groups that OpenSSL 3.0 has a name for, made by scripts/openssl-dh-groups.mjs: one a line, octets 8
 * to 16 of the prime and those from the 24th to the 8th before its end, its length in octets, the first octets of the
 * generator, and the name.
 */
export const DH_GROUP_TABLE = `
adf85458a2bb4a9ac6f34a26c1b2effa886b423861285c97|256|02|ffdhe2048
adf85458a2bb4a9a3c1b20ee3fd59d7c25e41d2b66c62e37|384|02|ffdhe3072
adf85458a2bb4a9a4db5a851f44182e1c68a007e5e655f6a|512|02|ffdhe4096
adf85458a2bb4a9aa41d570d7938dad4a40e329cd0e40e65|768|02|ffdhe6144
adf85458a2bb4a9a011e2a94838ff88cd68c8bb7c5c6424c|1024|02|ffdhe8192
c90fdaa22168c234670c354e4abc9804f1746c08ca237327|192|02|modp_1536
c90fdaa22168c23415d2261898fa051015728e5a8aacaa68|256|02|modp_2048
c90fdaa22168c23443db5bfce0fd108e4b82d120a93ad2ca|384|02|modp_3072
c90fdaa22168c23486ffb7dc90a6c08f4df435c934063199|512|02|modp_4096
c90fdaa22168c23412bf2d5b0b7474d6e694f91e6dcc4024|768|02|modp_6144
c90fdaa22168c234c81f56e880b96e7160c980dd98edd3df|1024|02|modp_8192
de92de5eae5d54ec45bf37df365c1a65e68cfda76d4da708|128|a4d1cbd5c3fd3412|dh_1024_160
d660faa79559c51f7ef363e2ffa31f71cf9de5384e71b81c|256|ac4032ef4f2d9ae3|dh_2048_224
ffbbd19c651959996116d2276e11715f693877fad7ef09ca|256|3fb32c9b73134d0b|dh_2048_256
`;
