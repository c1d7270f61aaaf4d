using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>The word that says how things stand, alone and before a subject.</summary>
internal sealed class StatePhrase(Alert alert, Template template)
{
    /// <summary>Section of the words of an opened alert.</summary>
    public string OpenSection => "state." + alert.State switch
    {
        AlertState.Stopped => "stopped",
        AlertState.Failed => "failed",
        AlertState.Damaged => "damaged",
        AlertState.Overdue => "overdue",
        _ => "needs-a-look",
    };

    public string Word => template.Find(Section, "word", AlertValues.Of(alert)) ?? "";

    /// <summary>"Stopped:", 【停止】; a report's day stands where others have the colon.</summary>
    public string BeforeSubject => (template.IsJapanese, alert.Event) switch
    {
        (true, _) => $"【{Word}】",
        (false, AlertEvent.Digest) => Word,
        (false, _) => Word + ":",
    };

    private string Section => alert.Event switch
    {
        AlertEvent.Reminded => "state.reminded",
        AlertEvent.Recovered => "state.recovered",
        AlertEvent.Test => "state.test",
        AlertEvent.Digest => "state.digest",
        _ => OpenSection,
    };
}
