# bash completion for termintreu; made from the program itself.
_termintreu() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="" words="" each
    case "$before" in
        --config|--path|--password-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --language) COMPREPLY=($(compgen -W "de en" -- "$word")); return ;;
        --by) COMPREPLY=($(compgen -W "me them" -- "$word")); return ;;
        --url|--username|--password-credential|--password-env|--password-command|--password-keyring|--calendar|--name|--email|--region|--timezone|--at|--person|--jobs|--keep|--on|--minutes) return ;;
    esac
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$each" in -*) ;; *) command="$each"; break ;; esac
    done
    case "$command" in
        "") words="--help --version init run once sync worker scheduler plan explain check doctor status rating answer purge export erase demo" ;;
        init) words="--help --config --json --verbose --url --path --username --password-file --password-credential --password-env --password-command --password-keyring --calendar --name --email --region --timezone --language --no-try --force" ;;
        run) words="--help --config --json --verbose" ;;
        once) words="--help --config --json --verbose --at --person" ;;
        sync) words="--help --config --json --verbose" ;;
        worker) words="--help --config --json --verbose --jobs --keep" ;;
        scheduler) words="--help --config --json --verbose" ;;
        plan) words="--help --config --json --verbose --at --person" ;;
        explain) words="--help --config --json --verbose --at --person" ;;
        check) words="--help --config --json --verbose --person" ;;
        doctor) words="--help --config --json --verbose --person" ;;
        status) words="--help --config --json --verbose --person" ;;
        rating) words="--help --config --json --verbose --at --person" ;;
        answer) words="--help --config --json --verbose --at --person --on --minutes --by --undo held late missed noshow cancelled cancelled_late unknown" ;;
        purge) words="--help --config --json --verbose --person --dry-run" ;;
        export) words="--help --config --json --verbose --at --person" ;;
        erase) words="--help --config --json --verbose --at --person --yes" ;;
        demo) words="--help --config --json --verbose --once" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -F _termintreu termintreu
