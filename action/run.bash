#!/usr/bin/env bash
# Runs pm-sync with the inputs of the action, and fills in its outputs. Bash 3.2 is enough, which is what macOS has.
set -euo pipefail

# Whole words only: a `*` in them is no pattern.
set -f
arguments=("$INPUT_COMMAND" --format "${INPUT_FORMAT:-text}")
if [ -n "$INPUT_CONFIG" ]; then
    arguments+=(--config "$INPUT_CONFIG")
fi
if [ -n "$INPUT_FAIL_ON" ]; then
    arguments+=(--fail-on "$INPUT_FAIL_ON")
fi
# shellcheck disable=SC2206 # splitting is what the input asks for
arguments+=($INPUT_ARGS)
# What follows are documents, whatever they are called.
arguments+=(--)
while IFS= read -r path || [ -n "$path" ]; do
    path=${path%$'\r'}
    if [ -n "$path" ]; then
        arguments+=("$path")
    fi
done <<<"$INPUT_PATHS"

result=$(mktemp "$RUNNER_TEMP/pm-sync-XXXXXXXX")
if [ "$INPUT_FORMAT" = json ]; then
    mv "$result" "$result.json"
    result=$result.json
fi

# Titles and paths that people write are printed: a line of them that begins with `::` must be no command to the runner. The annotations of
# `--format github` are such commands, and pm-sync escapes what is in them.
stop=
if [ "$INPUT_FORMAT" != github ]; then
    stop=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "::stop-commands::$stop"
fi
code=0
"$PM_SYNC_BINARY" "${arguments[@]}" >"$result" || code=$?
cat "$result"
if [ -n "$stop" ]; then
    echo "::$stop::"
fi

echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ "$INPUT_FORMAT" = json ]; then
    echo "json=$result" >>"$GITHUB_OUTPUT"
    if ! command -v jq >/dev/null; then
        echo "::notice title=pm-sync::without jq on the runner, the counts are not filled in"
    elif [ -s "$result" ]; then
        # A result that has no such list has no such output.
        jq -r '
            def count($name; $lists): [.[$lists[]] | arrays | length] | if . == [] then empty else "\($name)=\(add)" end;
            count("changes"; ["changes", "edits"]), count("findings"; ["findings"]),
            count("conflicts"; ["conflicts"]), count("problems"; ["problems"])
        ' "$result" | tr -d '\r' >>"$GITHUB_OUTPUT"
    fi
fi

if [ "$INPUT_SUMMARY" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    {
        echo "### pm-sync $INPUT_COMMAND"
        echo
        if [ ! -s "$result" ]; then
            echo "exit code $code"
        elif [ "$INPUT_FORMAT" = markdown ]; then
            cat "$result"
        else
            # A fence that the result doesn't hold, so that nothing in it becomes Markdown.
            fence='```'
            while grep -qF -- "$fence" "$result"; do
                fence=$fence'`'
            done
            echo "${fence}text"
            # GitHub takes a megabyte of summary from a step.
            head -c 900000 "$result"
            echo
            echo "$fence"
        fi
    } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
