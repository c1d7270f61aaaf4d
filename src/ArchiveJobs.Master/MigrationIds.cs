using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ArchiveJobs.Master;

/// <summary>The migrations that the project of an engine holds.</summary>
public static class MigrationIds
{
    /// <summary>In order.</summary>
    public static IReadOnlyList<string> Of(Assembly engine) => engine.GetTypes()
        .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
        .OfType<string>()
        .Order(StringComparer.Ordinal)
        .ToArray();
}
