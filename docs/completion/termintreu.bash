# bash completion for termintreu; made from the program itself.
_termintreu() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="" words="" each
    case "$before" in
        --config|--path|--password-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --language) COMPREPLY=($(compgen -W "de en" -- "$word")); return ;;
        --url|--username|--password-credential|--password-env|--password-command|--password-keyring|--calendar|--name|--email|--region|--at) return ;;
    esac
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$each" in -*) ;; *) command="$each"; break ;; esac
    done
    case "$command" in
        "") words="--help --version init run once plan explain check doctor status rating answer purge export erase demo" ;;
        init) words="--help --config --json --verbose --url --path --username --password-file --password-credential --password-env --password-command --password-keyring --calendar --name --email --region --language --no-try --force" ;;
        run) words="--help --config --json --verbose" ;;
        once) words="--help --config --json --verbose --at" ;;
        plan) words="--help --config --json --verbose --at" ;;
        explain) words="--help --config --json --verbose --at" ;;
        check) words="--help --config --json --verbose" ;;
        doctor) words="--help --config --json --verbose" ;;
        status) words="--help --config --json --verbose" ;;
        rating) words="--help --config --json --verbose --at" ;;
        answer) words="--help --config --json --verbose --at held late missed noshow cancelled unknown" ;;
        purge) words="--help --config --json --verbose" ;;
        export) words="--help --config --json --verbose" ;;
        erase) words="--help --config --json --verbose" ;;
        demo) words="--help --config --json --verbose --once" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -F _termintreu termintreu
