//! A seccomp filter as a program for the kernel.
//!
//! The kernel takes 0.7 ms for the four filters that the crate `seccompiler` makes of our lists: it
//! compiles each one for each session. One program with an instruction a call and all answers takes
//! less than half of that (`benches/NOTES.md`).

use libc::{
    BPF_ABS, BPF_ALU, BPF_AND, BPF_JA, BPF_JEQ, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, c_long,
    sock_filter,
};

use super::calls::ArgumentCheck;

/// Where the kernel says which call it is, in bytes from the start of its `seccomp_data`.
const NUMBER_AT: u32 = 0;
const ARCHITECTURE_AT: u32 = 4;
const ARGUMENTS: u32 = 16;

/// Most calls in a row: a jump passes 255 instructions at most.
const MAX_CALLS_IN_ROW: usize = 250;

/// The lists do not fit.
#[derive(Debug, thiserror::Error)]
#[error("the conditions of a system call are too many")]
pub struct TooLong;

/// The instructions so far. Each list answers the calls in it; the others come to the next list.
pub struct FilterProgram(Vec<sock_filter>);

impl FilterProgram {
    /// Starts one for this architecture (`AUDIT_ARCH_*`). Calls by other ones end the process.
    pub fn new(architecture: u32) -> Self {
        Self(vec![
            load(ARCHITECTURE_AT),
            jump_if(architecture, 1, 0),
            answer(libc::SECCOMP_RET_KILL_PROCESS),
            load(NUMBER_AT),
        ])
    }

    /// Answers calls.
    pub fn list(&mut self, calls: &[c_long], with: u32) {
        for row in calls.chunks(MAX_CALLS_IN_ROW) {
            for (call, to_answer) in row.iter().zip((1..=row.len()).rev()) {
                // At most `MAX_CALLS_IN_ROW`.
                let to_answer = u8::try_from(to_answer).unwrap_or(u8::MAX);
                self.0.push(jump_if(number(*call), to_answer, 0));
            }
            self.0.extend([instruction(BPF_JMP | BPF_JA, 1), answer(with)]);
        }
    }

    /// Answers a call: whether all conditions of one of the `ways` hold.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn conditional(
        &mut self,
        call: c_long,
        ways: &[Vec<ArgumentCheck>],
        [holds, otherwise]: [u32; 2],
    ) -> Result<(), TooLong> {
        let mut body = Vec::new();
        for way in ways {
            let words: Vec<(u32, u32, u32)> = way.iter().flat_map(words).collect();
            let mut left: usize = words.iter().map(|word| length(*word)).sum();
            for (place, mask, value) in words {
                left -= length((place, mask, value));
                body.push(load(place));
                if mask != u32::MAX {
                    body.push(instruction(BPF_ALU | BPF_AND | BPF_K, mask));
                }
                // Past the rest of this way, and its answer.
                body.push(jump_if(value, 0, u8::try_from(left + 1).map_err(|_| TooLong)?));
            }
            body.push(answer(holds));
        }
        body.push(answer(otherwise));
        let past = u8::try_from(body.len()).map_err(|_| TooLong)?;
        self.0.push(jump_if(number(call), 0, past));
        self.0.extend(body);
        Ok(())
    }

    /// The program; `otherwise` answers all other calls.
    pub fn finish(mut self, otherwise: u32) -> Vec<sock_filter> {
        self.0.push(answer(otherwise));
        self.0
    }
}

/// The halves of an argument that a condition is about: where each is, the mask, and the value. The
/// lower one comes first on the machines that have a filter.
fn words(
    &(argument, mask, value): &ArgumentCheck,
) -> impl Iterator<Item = (u32, u32, u32)> + use<> {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    let half = |shift: u32| ((mask >> shift) as u32, (value >> shift) as u32);
    let place = ARGUMENTS + u32::from(argument) * 8;
    let both = [(place, half(0)), (place + 4, half(32))];
    // A condition without bits always holds.
    let all = both.into_iter().map(|(place, (mask, value))| (place, mask, value));
    all.filter(|(_, mask, value)| *mask != 0 || *value != 0)
}

/// How many instructions check a word.
fn length((_, mask, _): (u32, u32, u32)) -> usize {
    if mask == u32::MAX { 2 } else { 3 }
}

/// The number of a call; one that no call has for what is none.
fn number(call: c_long) -> u32 {
    u32::try_from(call).unwrap_or(u32::MAX)
}

fn load(place: u32) -> sock_filter {
    instruction(BPF_LD | BPF_W | BPF_ABS, place)
}

fn answer(with: u32) -> sock_filter {
    instruction(BPF_RET | BPF_K, with)
}

fn jump_if(equal: u32, then: u8, otherwise: u8) -> sock_filter {
    sock_filter { jt: then, jf: otherwise, ..instruction(BPF_JMP | BPF_JEQ | BPF_K, equal) }
}

fn instruction(code: u32, k: u32) -> sock_filter {
    // All codes are below 256.
    sock_filter { code: u16::try_from(code).unwrap_or(u16::MAX), jt: 0, jf: 0, k }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    #![allow(clippy::cast_possible_truncation)]

    use super::*;

    const YES: u32 = 1;
    const NO: u32 = 2;
    const OTHER: u32 = 3;

    /// What the kernel would do.
    fn run(program: &[sock_filter], call: u32, arguments: [u64; 2]) -> u32 {
        let (mut at, mut value) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            let code = u32::from(code);
            if code == BPF_LD | BPF_W | BPF_ABS {
                value = match k {
                    NUMBER_AT => call,
                    ARCHITECTURE_AT => 77,
                    place => {
                        let argument = arguments[(place as usize - 16) / 8];
                        (argument >> (8 * (place % 8))) as u32
                    }
                };
            } else if code == BPF_ALU | BPF_AND | BPF_K {
                value &= k;
            } else if code == BPF_JMP | BPF_JEQ | BPF_K {
                at += usize::from(if value == k { jt } else { jf });
            } else if code == BPF_JMP | BPF_JA {
                at += k as usize;
            } else if code == BPF_RET | BPF_K {
                return k;
            } else {
                panic!("{code}");
            }
        }
    }

    #[test]
    fn each_call_gets_the_answer_of_its_list() {
        let mut program = FilterProgram::new(77);
        let both: Vec<c_long> = (0..600).collect();
        let ways = [vec![(0, 0xf, 3), (1, u64::MAX, 1 << 40)], vec![(1, 0xffff_ffff, 9)]];
        program.conditional(700, &ways, [YES, NO]).unwrap();
        program.conditional(701, &[vec![]], [YES, NO]).unwrap();
        program.list(&both[..600], YES);
        program.list(&[650], NO);
        let program = program.finish(OTHER);
        for call in 0..600 {
            assert_eq!(run(&program, call, [0; 2]), YES, "{call}");
        }
        assert_eq!(run(&program, 650, [0; 2]), NO);
        assert_eq!(run(&program, 600, [0; 2]), OTHER);
        assert_eq!(run(&program, 701, [0; 2]), YES);
        for (arguments, expected) in [
            ([0x13, 1 << 40], YES),
            ([3, 1 << 40 | 1], NO),
            ([2, 1 << 40], NO),
            ([2, 9], YES),
            // Only the lower half counts.
            ([2, 1 << 50 | 9], YES),
            ([3, 8], NO),
        ] {
            assert_eq!(run(&program, 700, arguments), expected, "{arguments:x?}");
        }
    }

    #[test]
    fn other_architectures_end_the_process() {
        assert_eq!(
            run(&FilterProgram::new(78).finish(YES), 0, [0; 2]),
            libc::SECCOMP_RET_KILL_PROCESS
        );
    }

    #[test]
    fn conditions_have_a_bound() {
        let ways = vec![vec![(0, 1, 1)]; 100];
        assert!(FilterProgram::new(77).conditional(1, &ways, [YES, NO]).is_err());
    }
}
