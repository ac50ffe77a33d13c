//! A table whose rows fold into blocks where there is no room for columns.

use yew::prelude::*;

/// The roles say that it stays a table when its rows are laid out otherwise.
pub fn table<const N: usize>(
    caption: &'static str,
    titles: [&'static str; N],
    rows: impl IntoIterator<Item = [Html; N]>,
) -> Html {
    html! {
        <table class="folds" role="table">
            <caption class="unseen">{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    for title in titles {
                        <th role="columnheader" scope="col">{title}</th>
                    }
                </tr>
            </thead>
            <tbody role="rowgroup">
                for row in rows {
                    <tr role="row">
                        for (title, cell) in titles.into_iter().zip(row) {
                            <td role="cell" data-title={title}><div>{cell}</div></td>
                        }
                    </tr>
                }
            </tbody>
        </table>
    }
}
