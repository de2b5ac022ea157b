//! Reading replies with lists safely. The library allocates memory for as many items as a reply
//! claims, which may be more than there is. So this checks the claim first.

use x11rb_protocol::protocol::{randr, shape};
use x11rb_protocol::x11_utils::TryParse;

/// The length of the part that all replies have.
const HEAD: usize = 32;

/// A reply with a list.
pub trait WithList: TryParse {
    /// The offset of the number of items, in bytes.
    const COUNT: usize;
    /// The length of the shortest item in bytes.
    const ITEM: usize;
}

impl WithList for shape::GetRectanglesReply {
    const COUNT: usize = 8;
    const ITEM: usize = 8;
}

impl WithList for randr::GetMonitorsReply {
    const COUNT: usize = 12;
    const ITEM: usize = 24;
}

/// Reads a reply; `None` if it is malformed, or claims to have more items than fit.
pub fn read<R: WithList>(answer: &[u8]) -> Option<R> {
    let count = u32::from_ne_bytes(*answer.get(R::COUNT..)?.first_chunk()?);
    let room = answer.len().checked_sub(HEAD)? / R::ITEM;
    if usize::try_from(count).ok()? > room {
        return None;
    }
    R::try_parse(answer).ok().map(|(reply, _)| reply)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A reply with one item of zeros that says that it has `count`.
    fn saying<R: WithList>(count: u32) -> Option<R> {
        let mut bytes = vec![0; HEAD + R::ITEM];
        bytes[0] = 1;
        let units = u32::try_from(R::ITEM / 4).unwrap();
        bytes[4..8].copy_from_slice(&units.to_ne_bytes());
        bytes[R::COUNT..R::COUNT + 4].copy_from_slice(&count.to_ne_bytes());
        read(&bytes)
    }

    #[test]
    fn a_reply_that_claims_too_many_items_is_refused() {
        for count in [2, 0x1000_0000, u32::MAX] {
            assert!(saying::<shape::GetRectanglesReply>(count).is_none());
            assert!(saying::<randr::GetMonitorsReply>(count).is_none());
        }
        assert_eq!(saying::<shape::GetRectanglesReply>(1).unwrap().rectangles.len(), 1);
        assert_eq!(saying::<randr::GetMonitorsReply>(1).unwrap().monitors.len(), 1);
        assert!(read::<shape::GetRectanglesReply>(&[1; 31]).is_none());
    }
}
