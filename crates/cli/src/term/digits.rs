//! Digits five rows high, so that a count can be read from the back of the room.

/// Rows of a digit.
pub(crate) const ROWS: usize = 5;
const COLUMNS: usize = 3;

/// One digit a row: its five rows of three points from top to bottom, a bit a point.
const FONT: [[u8; ROWS]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b001, 0b001, 0b001],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];

/// The number in big digits, with the widest points that fit into `width` columns; `None` if none fit.
pub(crate) fn big(number: u64, width: usize) -> Option<[String; ROWS]> {
    let digits: Vec<usize> = number.to_string().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let point = [3, 2, 1].into_iter().find(|point| columns(digits.len(), *point) <= width)?;
    let mut rows = [const { String::new() }; ROWS];
    for (row, text) in rows.iter_mut().enumerate() {
        for (place, digit) in digits.iter().enumerate() {
            if place > 0 {
                text.push_str(&" ".repeat(point));
            }
            for column in (0..COLUMNS).rev() {
                let lit = FONT[*digit][row] >> column & 1 == 1;
                text.push_str(&if lit { "█" } else { " " }.repeat(point));
            }
        }
    }
    Some(rows)
}

/// The columns that so many digits take with points of this width and a point between digits.
const fn columns(digits: usize, point: usize) -> usize {
    (digits * (COLUMNS + 1) - 1) * point
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_widest_digits_that_fit() {
        let rows = big(42, 14).unwrap();
        assert_eq!(
            rows,
            ["██  ██  ██████", "██  ██      ██", "██████  ██████", "    ██  ██    ", "    ██  ██████"]
        );
        assert_eq!(big(42, 7).unwrap()[0], "█ █ ███");
        assert_eq!(big(42, 6), None);
        assert!(big(u64::MAX, 79).is_some());
    }

    #[test]
    fn no_two_digits_look_the_same() {
        let shapes: std::collections::HashSet<_> = FONT.iter().collect();
        assert_eq!(shapes.len(), 10);
    }
}
