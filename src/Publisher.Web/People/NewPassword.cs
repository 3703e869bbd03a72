using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>A password as it is typed in a form: twice, because nobody sees it.</summary>
public sealed class NewPassword
{
    public string Chosen { get; set; } = "";

    public string Again { get; set; } = "";

    internal Refusal? Check() => Chosen == Again ? PersonFields.CheckPassword(Chosen) : new Refusal("password.differs");
}
