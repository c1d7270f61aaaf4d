using MudBlazor;

namespace ArchiveJobs.Dashboard.Layout;

/// <summary>The colors of dashboard.css, for the components of MudBlazor.</summary>
internal static class Theme
{
    private static readonly string[] Font = ["Segoe UI", "Noto Sans", "Helvetica Neue", "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", "Meiryo", "system-ui", "sans-serif"];

    public static MudTheme Create() => new()
    {
        PaletteLight = new PaletteLight
        {
            Background = "#F3F5F8", Surface = "#FFFFFF", BackgroundGray = "#EEF1F5", TextPrimary = "#1A2330", TextSecondary = "#55616F",
            LinesDefault = "#D9DFE7", TableLines = "#D9DFE7", Divider = "#D9DFE7", LinesInputs = "#7A8797", TableHover = "#F5F8FC",
            Primary = "#0B57B0", Info = "#0B57B0", PrimaryContrastText = "#FFFFFF", Error = "#B3261E", ErrorContrastText = "#FFFFFF",
            Warning = "#7A4B00", Success = "#17683A", Dark = "#4A5665", AppbarBackground = "#FFFFFF", AppbarText = "#55616F",
            DrawerBackground = "#1C2733", DrawerText = "#C6D0DC", DrawerIcon = "#C6D0DC",
        },
        PaletteDark = new PaletteDark
        {
            Background = "#10151B", Surface = "#182029", BackgroundGray = "#121920", TextPrimary = "#E4E9F0", TextSecondary = "#A3B0BF",
            LinesDefault = "#2B3744", TableLines = "#2B3744", Divider = "#2B3744", LinesInputs = "#7E8DA0", TableHover = "#1E2833",
            Primary = "#8EBEFF", Info = "#8EBEFF", PrimaryContrastText = "#07203F", Error = "#FFB0A8", ErrorContrastText = "#45100C",
            Warning = "#F2C572", Success = "#86D6A4", Dark = "#B7C2CF", AppbarBackground = "#182029", AppbarText = "#A3B0BF",
            DrawerBackground = "#0B1016", DrawerText = "#B3BFCC", DrawerIcon = "#B3BFCC",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "4px", DrawerWidthLeft = "196px", AppbarHeight = "48px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Font, FontSize = "13px", LineHeight = "1.54" },
            Button = new ButtonTypography { FontFamily = Font, FontSize = "13px", FontWeight = "600", TextTransform = "none", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Font, FontSize = "13px", LineHeight = "1.54" },
            Body2 = new Body2Typography { FontFamily = Font, FontSize = "13px", LineHeight = "1.54" },
            H6 = new H6Typography { FontFamily = Font, FontSize = "15px", FontWeight = "600" },
        },
    };
}
