//! The sentences of the help, and of what is wrong with a value, in both languages.

/// What help says, and the same in Japanese.
pub(super) const HELP: &[(&str, &str)] = &[
    // The whole.
    (
        "Makes postmortem action items get done: turns the action items of Markdown postmortems into GitHub issues and brings their status back",
        "ポストモーテムのアクションアイテムを、確実に完了へ導きます。Markdown のアクションアイテムから GitHub Issue を作り、その状態を文書に反映します",
    ),
    (
        "Exit codes: 0 done · 1 findings · 2 usage or configuration · 3 GitHub, network or file failure · 4 conflicts · 130 interrupted",
        "終了コード: 0 完了 · 1 検出あり · 2 使い方または設定の誤り · 3 GitHub・ネットワーク・ファイルの失敗 · 4 競合 · 130 中断",
    ),
    (
        "Print help (see more with '--help')",
        "ヘルプを表示します（--help で詳しく）",
    ),
    (
        "Print help (see a summary with '-h')",
        "ヘルプを表示します（-h で簡潔に）",
    ),
    ("Print version", "バージョンを表示します"),
    (
        "Print this message or the help of the given subcommand(s)",
        "このヘルプ、または指定したコマンドのヘルプを表示します",
    ),
    (
        "The configuration file [default: pm-sync.toml, searched upwards from here]",
        "設定ファイル［既定: pm-sync.toml。ここから上のフォルダーへ順に探します］",
    ),
    ("How results are printed", "結果の形式"),
    ("For people", "人が読むための表示"),
    (
        "For programs (schema pm-sync/1)",
        "プログラム用（スキーマ pm-sync/1）",
    ),
    (
        "A digest to paste or post (check, report)",
        "貼り付けや投稿に使う Markdown（check、report）",
    ),
    (
        "One page for a browser (report)",
        "ブラウザーで見る 1 ページ（report）",
    ),
    (
        "The items, for a spreadsheet (report)",
        "表計算ソフト用の一覧（report）",
    ),
    (
        "Annotations of a GitHub workflow, and its job summary (check)",
        "GitHub Actions の注釈とジョブの概要（check）",
    ),
    (
        "A calendar to subscribe to (check)",
        "購読できるカレンダー（check）",
    ),
    (
        "Print results and errors only",
        "結果とエラーだけを表示します",
    ),
    ("Say more", "詳しく表示します"),
    ("When to use colour", "色を使うかどうか"),
    (
        "On a terminal, unless NO_COLOR is set",
        "端末なら使います（NO_COLOR があれば使いません）",
    ),
    ("Always", "常に使います"),
    ("Never", "使いません"),
    // The commands.
    (
        "Show the action items found in the documents",
        "文書にあるアクションアイテムを一覧します",
    ),
    (
        "Create and update issues, and write each issue's link into its document",
        "Issue を作成・更新し、そのリンクを文書に書きます",
    ),
    (
        "Bring the issues' status back into the documents",
        "Issue の状態を文書に反映します",
    ),
    (
        "Push, then pull, from one look at GitHub",
        "push と pull を続けて行います（GitHub の確認は 1 回）",
    ),
    (
        "Show what is late, due soon or at risk; exit 1 where something is late",
        "期限切れ・期限間近・遅れそうな項目を示します。期限切れがあれば終了コード 1",
    ),
    (
        "Show what became of the action items in a period: the follow-up review",
        "ある期間にアクションアイテムがどうなったかを示します（フォローアップレポート）",
    ),
    (
        "Settle which issue a row is: pm-sync link PM-042#3 12",
        "行がどの Issue かを決めます: pm-sync link PM-042#3 12",
    ),
    (
        "Take a row's link out and let go of its issue: pm-sync unlink PM-042#3",
        "行からリンクを外し、Issue との対応を解きます: pm-sync unlink PM-042#3",
    ),
    (
        "Write pm-sync.toml from what this repository holds, and a schedule for GitHub Actions or cron",
        "リポジトリの内容から pm-sync.toml を作ります。GitHub Actions や cron の定期実行も用意できます",
    ),
    (
        "Check token, repository, owners and documents, and say how to mend what is amiss",
        "トークン・リポジトリ・担当者・文書を確認し、問題があれば直し方を示します",
    ),
    (
        "See it all work against an embedded GitHub: needs no token and no network",
        "組み込みの GitHub を相手に一通り試します（トークンもネットワークも不要）",
    ),
    (
        "Print shell completions",
        "シェルの補完スクリプトを出力します",
    ),
    (
        "Print the manual page",
        "マニュアルページを出力します（英語）",
    ),
    // Arguments.
    (
        "Files, folders or globs [default: documents.paths of the configuration]",
        "ファイル、フォルダー、または glob［既定: 設定の documents.paths］",
    ),
    (
        "The row, as ID#KEY: PM-042#3",
        "行（ID#KEY の形。例: PM-042#3）",
    ),
    (
        "The issue's number, as 12 or #12",
        "Issue の番号（12 または #12）",
    ),
    ("The shell", "シェル"),
    // list
    ("Only what is not done or dropped", "未完了の項目だけ"),
    ("Only what is late", "期限切れの項目だけ"),
    (
        "Only items of this owner (@login, person or team)",
        "この担当者の項目だけ（@ログイン名、人、チーム）",
    ),
    ("Only items of this priority", "この優先度の項目だけ"),
    ("Only items of this status", "この状態の項目だけ"),
    // push, pull, sync
    (
        "Show what would be done, and touch nothing",
        "行う内容を表示するだけで、何も変更しません",
    ),
    (
        "With --dry-run: exit 1 where there is something to do",
        "--dry-run のとき、行うことがあれば終了コード 1 にします",
    ),
    (
        "Write even on a pull request's branch in CI",
        "CI のプルリクエストのブランチでも書き込みます",
    ),
    (
        "Propose what the default branch's documents lack as one pull request, for branches that take no pushes",
        "既定ブランチの文書に足りない変更を 1 つのプルリクエストで提案します（直接 push できないブランチ向け）",
    ),
    (
        "Settle drift and conflicts this way",
        "ずれと競合を、こちらの値で解決します",
    ),
    ("The document's", "文書の値"),
    ("GitHub's", "GitHub の値"),
    (
        "With --prefer, --status or --adopt: settle this row alone, as ID#KEY: PM-042#3 (may be given several times)",
        "--prefer・--status・--adopt のとき、この行だけを対象にします（ID#KEY の形。例: PM-042#3。複数指定可）",
    ),
    (
        "Create at most N issues, for a careful first import",
        "作成する Issue を最大 N 件にします（最初の取り込みを慎重に進めるため）",
    ),
    (
        "Take over issues that rows link and pm-sync didn't make",
        "行がリンクしている、pm-sync が作ったものではない Issue を引き継ぎます",
    ),
    (
        "Let the row's status decide, reopening issues where it says so",
        "行の状態を優先します（必要なら Issue を再オープンします）",
    ),
    (
        "Apply changes of the configuration (owners, labels, title) to existing issues",
        "設定の変更（担当者・ラベル・タイトル）を既存の Issue にも適用します",
    ),
    (
        "Close issues as not planned whose row was deleted",
        "行が削除された Issue を「対応予定なし」で閉じます",
    ),
    (
        "Give documents without an id the next free one",
        "ID のない文書に、次の空き番号を付けます",
    ),
    // check
    ("What makes the exit code 1", "終了コードを 1 にする条件"),
    ("Something is late", "期限切れがあるとき"),
    (
        "Something is late or due soon",
        "期限切れか期限間近があるとき",
    ),
    (
        "Anything was found, or could not be read",
        "何か見つかったとき、または読めないものがあったとき",
    ),
    ("Nothing does", "常に 0 にします"),
    (
        "Only items of this priority or a more urgent one",
        "この優先度以上の項目だけ",
    ),
    (
        "Only items of this owner: @login, person or team (may be given several times)",
        "この担当者の項目だけ（@ログイン名、人、チーム。複数指定可）",
    ),
    (
        "Only findings of this kind (may be given several times)",
        "この種類の指摘だけ（複数指定可）",
    ),
    (
        "An open item whose due date has passed; due today is not overdue",
        "期限を過ぎた未完了の項目（今日が期限のものは含みません）",
    ),
    (
        "An open item that is due within `check.due_soon`, today included",
        "`check.due_soon` 以内に期限が来る未完了の項目（今日を含みます）",
    ),
    (
        "An open item that nobody has begun though half of its time is gone",
        "期間の半分が過ぎても未着手の項目",
    ),
    (
        "An item in progress whose issue saw no activity for `check.stale_after`",
        "進行中なのに `check.stale_after` の間 Issue に動きがない項目",
    ),
    (
        "The row and its issue differ where one should have followed the other",
        "行と Issue の状態が食い違っている項目",
    ),
    (
        "A follow-up review whose day has come while items are open",
        "未完了の項目が残ったまま迎えたフォローアップの期日",
    ),
    (
        "A draft older than its severity allows",
        "重大度ごとの期限を過ぎてもドラフトのままのポストモーテム",
    ),
    (
        "An open item without a due date, written or from the policy",
        "期限がない未完了の項目",
    ),
    (
        "An open item without an owner",
        "担当者がいない未完了の項目",
    ),
    (
        "A deadline that was moved without a reason",
        "理由のない期限延長",
    ),
    (
        "Take the statuses from the documents, and ask nobody",
        "状態を文書だけから読み、GitHub に問い合わせません",
    ),
    (
        "Exit 3 where GitHub could not be asked, instead of trusting the documents",
        "GitHub に問い合わせられないとき、文書の内容で代用せず終了コード 3 にします",
    ),
    (
        "Keep the label of overdue issues true: put it on, take it off",
        "期限切れの Issue のラベルを付け外しします",
    ),
    (
        "Comment on each issue that needs its assignee, who is mentioned, and again after `check.remind_every`",
        "対応が必要な Issue に担当者宛てのコメントを書きます（`check.remind_every` ごとに再通知）",
    ),
    (
        "Send what is new to Slack ($PM_SYNC_SLACK_WEBHOOK) or as JSON to $PM_SYNC_WEBHOOK, and what still holds again after `check.remind_every`",
        "新しい内容を Slack（$PM_SYNC_SLACK_WEBHOOK）や、JSON で $PM_SYNC_WEBHOOK に送ります（残っていれば `check.remind_every` ごとに再通知）",
    ),
    (
        "Show what --label, --comment and --notify would do, and tell nobody",
        "--label・--comment・--notify の内容を表示するだけで、誰にも知らせません",
    ),
    // report
    ("The month: 2025-01", "月（例: 2025-01）"),
    ("The calendar quarter: 2025Q1", "四半期（暦年。例: 2025Q1）"),
    (
        "The first day [default: 29 days before the last]",
        "最初の日［既定: 最後の日の 29 日前］",
    ),
    (
        "The last day [default: today, or --as-of]",
        "最後の日［既定: 今日、または --as-of］",
    ),
    (
        "Tell the state of this day [default: the period's last, or today]",
        "この日の時点の状態を示します［既定: 期間の最後の日、または今日］",
    ),
    (
        "Take all from the documents, and ask nobody: only today's state is known then",
        "文書だけから作り、GitHub に問い合わせません（今日の状態だけが分かります）",
    ),
    ("Only items of this kind", "この種類の項目だけ"),
    (
        "The sheet for a follow-up meeting about this postmortem, such as PM-042, instead of a period",
        "期間のかわりに、このポストモーテム（例: PM-042）のフォローアップレビューの資料を作ります",
    ),
    (
        "With --review: record how the items stand today in the document, under its follow-up heading",
        "--review とともに: 今日の項目の状況を、文書のフォローアップの見出しの下に記録します",
    ),
    (
        "Write the announcement of one postmortem instead, for the team or for customers: --share customer PM-042",
        "代わりに、1 件のポストモーテムの告知文をチーム向け（team）またはお客様向け（customer）に出力します: --share customer PM-042",
    ),
    (
        "The language of the announcement [default: the document's]",
        "告知文の言語［既定: 文書の言語］",
    ),
    ("Japanese", "日本語"),
    ("English", "英語"),
    (
        "Write to this file; without --format its ending (.md, .html, .json, .csv) says in which format",
        "このファイルに書きます（--format がなければ拡張子 .md・.html・.json・.csv で形式を決めます）",
    ),
    (
        "Replace FILE even where it is no report of pm-sync's",
        "pm-sync のレポートではないファイルでも置き換えます",
    ),
    (
        "Keep an issue on GitHub with this report: one for each period",
        "このレポートを GitHub の Issue に書き、更新し続けます（期間ごとに 1 件）",
    ),
    (
        "With --issue or --write: show what would be written, and write nothing",
        "--issue・--write とともに: 書き込む内容を表示するだけで、何も変更しません",
    ),
    // init, demo
    (
        "Also make what runs pm-sync every morning",
        "毎朝 pm-sync を実行する仕組みも作ります",
    ),
    (
        "A workflow of GitHub Actions, in .github/workflows/pm-sync.yml",
        "GitHub Actions のワークフロー（.github/workflows/pm-sync.yml）",
    ),
    (
        "A line for crontab, printed",
        "crontab の行（表示するだけ）",
    ),
    (
        "Print what would be written, and touch nothing",
        "書き込む内容を表示するだけで、何も変更しません",
    ),
    (
        "Keep the embedded GitHub running, and print how to point pm-sync at it",
        "組み込みの GitHub を動かし続け、pm-sync からの使い方を表示します",
    ),
    (
        "The folder for the sample postmortems [default: a new temporary one]",
        "サンプルのポストモーテムを置くフォルダー［既定: 新しい一時フォルダー］",
    ),
    // What is wrong with a value.
    (
        "write a day as 2025-01-31",
        "日付は 2025-01-31 の形で書いてください",
    ),
    (
        "write a month as 2025-01",
        "月は 2025-01 の形で書いてください",
    ),
    (
        "write a quarter as 2025Q1",
        "四半期は 2025Q1 の形で書いてください",
    ),
    (
        "write a whole number, such as 20",
        "20 のような 0 以上の整数で書いてください",
    ),
    (
        "write the number of an issue, such as 12",
        "Issue の番号を 12 のように書いてください",
    ),
    (
        "write it as ID#KEY, such as PM-042#3",
        "PM-042#3 のように ID#KEY の形で書いてください",
    ),
];
