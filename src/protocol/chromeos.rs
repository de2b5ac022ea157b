//! Numbers of `ChromeOS`'s protocols that several parts use, and for which no crate has constants.

/// The version of `zaura_shell` that carafe uses, if the host has it. From version 56 on the host
/// waits for answers to `zaura_toplevel.rotate_focus`, which carafe has no use for.
pub const AURA_SHELL: u32 = 55;

/// `zaura_shell` and its objects can be released from this version on.
pub const AURA_RELEASE_SINCE: u32 = 38;

/// `zcr_alpha_compositing_v1.get_blending`
pub const GET_BLENDING: u16 = 1;
/// `zcr_blending_v1.destroy`
pub const DESTROY_BLENDING: u16 = 0;
/// `zcr_blending_v1.set_alpha`
pub const SET_ALPHA: u16 = 2;

/// Converts an opacity, given as a fraction of the largest number, to the nearest fixed-point
/// number of `zcr_blending_v1.set_alpha`.
pub fn alpha(factor: u32) -> u32 {
    const ONE: u32 = 256;
    let all = u64::from(u32::MAX);
    let parts = (u64::from(factor) * u64::from(ONE) + all / 2) / all;
    u32::try_from(parts).unwrap_or(ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn opcodes_are_those_of_the_protocols() {
        assert_eq!(request("zcr_alpha_compositing_v1", GET_BLENDING), ("get_blending", 1));
        assert_eq!(request("zcr_blending_v1", DESTROY_BLENDING), ("destroy", 1));
        assert_eq!(request("zcr_blending_v1", SET_ALPHA), ("set_alpha", 1));
        assert_eq!(request("zaura_shell", 5), ("release", AURA_RELEASE_SINCE));
    }

    #[test]
    fn opacities_are_to_the_nearest() {
        assert_eq!([0, u32::MAX / 2, u32::MAX].map(alpha), [0, 128, 256]);
    }
}
