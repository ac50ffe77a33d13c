//! Tables of text with aligned columns.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use crate::visible::visible;

/// A column is no wider than this; a longer cell pushes the rest of its row onto the next line.
const WIDEST: usize = 56;

/// Rows of cells; every text is made visible as it comes in.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Cells(Vec<String>),
    /// A line between rows, from the second column on.
    Remark(String),
}

impl Table {
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        self.rows.push(Row::Cells(cells.into_iter().map(|cell| visible(cell.as_ref())).collect()));
    }

    pub(crate) fn remark(&mut self, text: &str) {
        self.rows.push(Row::Remark(visible(text)));
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            let Row::Cells(cells) = row else { continue };
            widths.resize(widths.len().max(cells.len()), 0);
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(cell.width().min(WIDEST));
            }
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let indent = widths.first().map_or(0, |width| width + 2);
        for row in &self.rows {
            match row {
                Row::Remark(text) => writeln!(f, "{:indent$}  {text}", "")?,
                Row::Cells(cells) => {
                    let mut line = String::new();
                    let mut column = 0;
                    for (cell, width) in cells.iter().zip(&widths) {
                        if line.width() > column {
                            // A long cell came before: go on below it, in the column that is due.
                            writeln!(f, "{}", line.trim_end())?;
                            line.clear();
                        }
                        line.push_str(&" ".repeat(column - line.width()));
                        line.push_str(cell);
                        line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
                        line.push_str("  ");
                        column += width + 2;
                    }
                    writeln!(f, "{}", line.trim_end())?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::default();
        table.row(["1", "prefix /a", "-> x"]);
        table.remark("why");
        table.row(["12", &"y".repeat(60), "-> z"]);
        let expected = format!(
            "1   prefix /a{}-> x\n      why\n12  {}\n{}-> z\n",
            " ".repeat(49),
            "y".repeat(60),
            " ".repeat(62)
        );
        assert_eq!(table.to_string(), expected);
    }
}
