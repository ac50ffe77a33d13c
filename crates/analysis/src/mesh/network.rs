//! Addresses and networks such as `10.0.0.0/8`.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// A network, or a single address as a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    /// The bits of an address inside, the others zero; IPv4 stands in the lowest 32.
    bits: u128,
    /// How many of the bits count.
    length: u8,
    v4: bool,
}

impl Network {
    /// Reads `10.0.0.0/8` or a single address.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let whole = Network::of(address.parse().ok()?);
        let length = length.unwrap_or(whole.length);
        (length <= whole.length).then(|| Network {
            bits: whole.bits & whole.mask(length),
            length,
            v4: whole.v4,
        })
    }

    /// A single address.
    pub fn of(address: IpAddr) -> Network {
        match address {
            IpAddr::V4(address) => Network { bits: u128::from(u32::from(address)), length: 32, v4: true },
            IpAddr::V6(address) => Network { bits: u128::from(address), length: 128, v4: false },
        }
    }

    /// Whether it is a single address.
    pub fn is_address(self) -> bool {
        self.length == self.width()
    }

    /// Whether it begins at 0.0.0.0 or `::`.
    pub fn is_unspecified(self) -> bool {
        self.bits == 0
    }

    /// How many leading bits its addresses share.
    pub fn length(self) -> u8 {
        self.length
    }

    /// Whether every address of `other` is one of its own.
    pub fn covers(self, other: Network) -> bool {
        self.v4 == other.v4
            && self.length <= other.length
            && other.bits & other.mask(self.length) == self.bits
    }

    fn width(self) -> u8 {
        if self.v4 { 32 } else { 128 }
    }

    /// The first `length` bits of an address.
    fn mask(self, length: u8) -> u128 {
        let host = self.width() - length;
        u128::MAX.checked_shl(u32::from(host)).unwrap_or(0)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.v4 {
            true => write!(f, "{}", Ipv4Addr::from(self.bits as u32))?,
            false => write!(f, "{}", Ipv6Addr::from(self.bits))?,
        }
        if self.is_address() { Ok(()) } else { write!(f, "/{}", self.length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).unwrap()
    }

    #[test]
    fn networks_cover_what_shares_their_bits() {
        assert!(network("10.0.0.0/8").covers(network("10.1.2.3")));
        assert!(network("10.9.9.9/8").covers(network("10.1.0.0/16")));
        assert!(!network("10.1.0.0/16").covers(network("10.0.0.0/8")));
        assert!(!network("10.0.0.0/8").covers(network("11.0.0.1")));
        assert!(network("0.0.0.0/0").covers(network("1.2.3.4")));
        assert!(network("::/0").covers(network("2001::1")) && !network("::/0").covers(network("1.2.3.4")));
        assert!(network("1.2.3.4/32").is_address() && network("1.2.3.4/32") == network("1.2.3.4"));
        assert!(network("::1").is_address() && !network("::1/127").is_address());
        let shown = ["10.9.9.9/8", "1.2.3.4/32", "2001::1/16"].map(|text| network(text).to_string());
        assert_eq!(shown, ["10.0.0.0/8", "1.2.3.4", "2001::/16"]);
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "a.com", "10.0.0.0/-1", "10.0.0.0/", "1.2.3.4/8/9"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
