using System.Diagnostics;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>The configuration file of a private Dovecot 2.3; each block needs its settings on lines of their own.</summary>
internal static class DovecotConfiguration
{
    public static string Text(DovecotServer server, DovecotOptions options, string home, bool isRoot, int mailUserId)
    {
        var group = isRoot ? "" : GroupName();
        var users = isRoot
            ? "default_internal_user = dovecot\ndefault_login_user = dovenull"
            : $"default_internal_user = {Environment.UserName}\ndefault_internal_group = {group}\ndefault_login_user = {Environment.UserName}";
        var chroot = isRoot ? "" : "chroot =";
        var owner = isRoot ? $"uid={mailUserId} gid={mailUserId} " : $"uid={Environment.UserName} gid={group} ";
        return $$"""
            base_dir = {{home}}/run
            state_dir = {{home}}/run
            instance_name = {{Path.GetFileName(home)}}
            {{users}}
            protocols = imap pop3
            listen = {{server.Host}}
            log_path = {{home}}/log/dovecot.log
            ssl = {{(options.OffersTls ? "yes" : "no")}}
            ssl_cert = <{{home}}/server.pem
            ssl_key = <{{home}}/key.pem
            disable_plaintext_auth = no
            auth_mechanisms = plain login
            auth_failure_delay = 0
            mail_location = maildir:{{server.MailTree}}/%u:INDEX={{home}}/index/%u:CONTROL={{home}}/control/%u
            mail_fsync = never
            maildir_very_dirty_syncs = {{(options.TrustsItsIndexes ? "yes" : "no")}}
            first_valid_uid = 0
            first_valid_gid = 0
            mail_max_userip_connections = 100
            passdb {
              driver = static
              args = password={{DovecotServer.Password}}
            }
            userdb {
              driver = static
              args = {{owner}}home={{home}}/user/%u allow_all_users=yes
            }
            namespace inbox {
              inbox = yes
              separator = /
              mailbox Sent {
                special_use = \Sent
              }
              mailbox Trash {
                special_use = \Trash
              }
            }
            service imap-login {
              {{chroot}}
              service_count = 0
              process_min_avail = 1
              inet_listener imap {
                port = {{server.ImapPort}}
              }
              inet_listener imaps {
                port = {{server.ImapsPort}}
                ssl = yes
              }
            }
            service pop3-login {
              {{chroot}}
              inet_listener pop3 {
                port = {{server.Pop3Port}}
              }
              inet_listener pop3s {
                port = {{server.Pop3sPort}}
                ssl = yes
              }
            }
            service anvil {
              {{chroot}}
            }
            service stats {
              {{chroot}}
            }
            protocol pop3 {
              pop3_no_flag_updates = yes
            }
            """;
    }

    private static string GroupName()
    {
        using var id = Process.Start(new ProcessStartInfo("id", ["-gn"]) { RedirectStandardOutput = true })!;
        return id.StandardOutput.ReadToEnd().Trim();
    }
}
