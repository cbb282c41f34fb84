package main

import (
	"fmt"
	"strings"
)

// names joins the names of topics.
func names(topics []topic) string {
	var list []string
	for _, t := range topics {
		list = append(list, t.name)
	}
	return strings.Join(list, " ")
}

// flagNames joins the names of flags as they are typed.
func flagNames(list []option) string {
	all := make([]string, 0, len(list))
	for _, o := range list {
		all = append(all, "--"+o.name)
	}
	return strings.Join(all, " ")
}

// completionCases writes, for a shell's case over "COMMAND VERB", what may follow. assign is how words are set.
func completionCases(b *strings.Builder, topics []topic, assign string) {
	for _, t := range topics {
		for _, v := range t.verbs {
			fmt.Fprintf(b, "\t'%s %s '*) "+assign+" ;;\n", t.name, v.name, flagNames(v.flags))
		}
		fmt.Fprintf(b, "\t'%s '*) "+assign+" ;;\n", t.name, strings.TrimSpace(names(t.verbs)+" "+flagNames(t.flags)))
	}
}

// bashCompletion completes commands, verbs and flags; anything else is a file.
func bashCompletion(topics []topic) string {
	var b strings.Builder
	b.WriteString("# Completion of frontdesk(1) for bash; written by frontdesk docs.\n_frontdesk() {\n\tlocal words=''\n")
	b.WriteString("\tlocal before=\"${COMP_WORDS[*]:1:COMP_CWORD-1} \"\n\tcase \"$before\" in\n")
	fmt.Fprintf(&b, "\t' ') words='%s help' ;;\n", names(topics))
	completionCases(&b, topics, "words='%s'")
	b.WriteString("\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n}\n")
	b.WriteString("complete -o default -F _frontdesk frontdesk\n")
	return b.String()
}

// zshCompletion does the same for zsh.
func zshCompletion(topics []topic) string {
	var b strings.Builder
	b.WriteString("#compdef frontdesk\n# Completion of frontdesk(1) for zsh; written by frontdesk docs.\n_frontdesk() {\n\tlocal -a list\n")
	b.WriteString("\tif (( CURRENT == 2 )); then\n\t\tlist=(\n")
	for _, t := range topics {
		fmt.Fprintf(&b, "\t\t\t'%s:%s'\n", t.name, strings.ReplaceAll(t.summary, "'", `'\''`))
	}
	b.WriteString("\t\t)\n\t\t_describe command list\n\t\treturn\n\tfi\n\tcase \"${words[2,CURRENT-1]} \" in\n")
	completionCases(&b, topics, "list=(%s)")
	b.WriteString("\tesac\n\tcompadd -a list\n\t_files\n}\n_frontdesk \"$@\"\n")
	return b.String()
}

// fishCompletion does the same for fish.
func fishCompletion(topics []topic) string {
	var b strings.Builder
	quote := func(s string) string { return strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) }
	b.WriteString("# Completion of frontdesk(1) for fish; written by frontdesk docs.\n")
	for _, t := range topics {
		fmt.Fprintf(&b, "complete -c frontdesk -n __fish_use_subcommand -f -a %s -d '%s'\n", t.name, quote(t.summary))
		within := "__fish_seen_subcommand_from " + t.name
		for _, o := range t.flags {
			fmt.Fprintf(&b, "complete -c frontdesk -n '%s' -l %s -d '%s'\n", within, o.name, quote(o.summary))
		}
		for _, v := range t.verbs {
			fmt.Fprintf(&b, "complete -c frontdesk -n '%s; and not __fish_seen_subcommand_from %s' -f -a %s -d '%s'\n", within, names(t.verbs), v.name, quote(v.summary))
			for _, o := range v.flags {
				fmt.Fprintf(&b, "complete -c frontdesk -n '%s; and __fish_seen_subcommand_from %s' -l %s -d '%s'\n", within, v.name, o.name, quote(o.summary))
			}
		}
	}
	return b.String()
}
