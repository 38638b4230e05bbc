package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/backend/apply"
)

func (c *CLI) rollbackCommand() *cobra.Command {
	var store storeFlags
	cmd := &cobra.Command{
		Use:   "rollback [TOKEN]",
		Short: "Restore the ruleset that was in force before apply",
		Long: `Rollback restores what was in force before the last ctlint apply, whether that was
confirmed or waits for it; again, what was before the one before. With the TOKEN of an
apply it restores what was before that one.

Only the tables and sets are restored that the apply has changed.

The exit code is 0 if they are as they were, 2 if there is nothing to restore, and 3 if
restoring has failed.`,
		Example: `  sudo ctlint rollback`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := store.open()
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
			defer stop()
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			x, err := apply.Rollback(ctx, s, id)
			switch {
			case x == nil:
				return err
			case err != nil:
				return c.said(Failed, err)
			}
			_, err = fmt.Fprintf(c.Stdout, "the ruleset of %s, before %s, is in force again\n", x.Time.Format(time.DateTime), x.ID)
			return err
		},
	}
	store.flags(cmd.Flags())
	return cmd
}
