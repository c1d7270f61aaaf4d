using System.Security.Cryptography;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>A password that one person gives to another, to be changed at the next login.</summary>
internal static class HandedPassword
{
    // Without letters and digits that are read for one another. 20 of 56: 116 bits.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Length = 20;

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);
}
