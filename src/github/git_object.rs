//! What git itself computes: the names of its objects, and Base64, in which GitHub's git data API carries their bytes.
//!
//! Git names an object by the SHA-1 of its bytes behind a short header. With it we know whether a document is the one on GitHub without
//! asking for it. SHA-1 is used as a name here, never for safety. Both algorithms are pinned to git's own answers by tests.

/// The name that git gives a file with these bytes (`git hash-object`), as 40 hexadecimal digits.
#[must_use]
pub fn blob_id(content: &[u8]) -> String {
    object_id("blob", content)
}

/// The name of any git object.
pub(crate) fn object_id(kind: &str, content: &[u8]) -> String {
    let mut object = format!("{kind} {}\0", content.len()).into_bytes();
    object.extend_from_slice(content);
    let words = sha1(&object);
    words.iter().map(|word| format!("{word:08x}")).collect()
}

/// SHA-1 as in RFC 3174, section 6.1.
fn sha1(message: &[u8]) -> [u32; 5] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64).wrapping_mul(8).to_be_bytes());

    let mut state: [u32; 5] = [
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes
                .iter()
                .fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for t in 16..80 {
            words[t] = (words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (t, word) in words.iter().enumerate() {
            let (mixed, constant) = match t {
                0..20 => ((b & c) | (!b & d), 0x5a82_7999),
                20..40 => (b ^ c ^ d, 0x6ed9_eba1),
                40..60 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(*word)
                .wrapping_add(constant);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding, on one line (RFC 4648, section 4).
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            bits << 8 | usize::from(group.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            if at <= group.len() {
                out.push(char::from(ALPHABET[bits >> (18 - 6 * at) & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// The bytes of a Base64 text. White space is passed over: GitHub breaks lines. `None` where it is none.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut ended = 0;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'=' => {
                ended += 1;
                continue;
            }
            _ if ended > 0 => return None,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
            bits &= (1 << count) - 1;
        }
    }
    // Six bits left over are half a byte at most; a whole character that says nothing is a text cut short.
    (ended <= 2 && count < 6 && bits == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_named_as_git_names_them() {
        // By `git hash-object --stdin`.
        for (content, id) in [
            (b"".to_vec(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
            (
                b"hello\n".to_vec(),
                "ce013625030ba8dba906f756967f9e9ca394464a",
            ),
            (
                "\u{feff}# 障害\r\n".as_bytes().to_vec(),
                "d1a6bcf3e8fc324276dada90aa1a3b3f4dd8903f",
            ),
            (
                vec![b'x'; 55 - 8],
                "719ddd7888a02660234770b651274214ff7df239",
            ),
            (vec![b'x'; 1000], "14c7dfdd4258dec5c0e9d2e919bd249bd674be1f"),
        ] {
            assert_eq!(blob_id(&content), id, "{} bytes", content.len());
        }
    }

    #[test]
    fn base64_as_in_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(to_base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(from_base64("Zm9v\nYmFy\n").as_deref(), Some(&b"foobar"[..]));
        for wrong in ["Zg==Zg==", "Z", "Zm9v!", "Zm=v", "===="] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn base64_there_and_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(from_base64(&to_base64(&bytes)), Some(bytes));
        }
    }
}
