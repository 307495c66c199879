//! How long reading takes: the blocks of a document, and its action items, for a document of everyday size and a folder's worth of text.

use pm_sync::document::Document;
use pm_sync::item::read;
use pm_sync::item::vocabulary::Vocabulary;

fn main() {
    divan::main();
}

/// A postmortem with a table and a list of `items` action items each, and some prose around them.
fn document(items: usize) -> String {
    let mut text = String::from(
        "# ポストモーテム: PM-042 決済の遅延\n\n**日付**: 2025-01-05\n\n## タイムライン\n\n| 時刻 | 出来事 |\n|---|---|\n| 10:00 | 検知 |\n\n\
         ## アクションアイテム\n\n| # | アクション | 担当 | 期限 | 状態 |\n|---|---|---|---|---|\n",
    );
    for number in 0..items {
        text.push_str(&format!(
            "| {number} | 接続の上限を見直す | @alice、SREチーム | 2週間以内 | 🔄 進行中 |\n"
        ));
    }
    text.push_str("\n### 予防（Prevent）\n\n");
    for _ in 0..items {
        text.push_str("- [ ] **キューの滞留を通知する** — **担当:** 佐藤、**期限:** 2025-01-31。閾値は別紙\n  - 完了条件: 5 分で鳴る\n");
    }
    text.push_str("\n## 教訓\n\n早めに人を呼ぶ。\n");
    text
}

#[divan::bench(args = [10, 100, 1_000])]
fn blocks(bencher: divan::Bencher<'_, '_>, items: usize) {
    let text = document(items);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| Document::parse(text.as_str()));
}

#[divan::bench(args = [10, 100, 1_000])]
fn items(bencher: divan::Bencher<'_, '_>, items: usize) {
    let text = document(items);
    let document = Document::parse(text.as_str());
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| read(&document, "PM-042.md", "PM-", Vocabulary::built_in()));
}
