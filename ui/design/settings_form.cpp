// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/settings_form.h"

#include "core/experiment/checkpoints.h"
#include "core/experiment/first_rung.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/site/site.h"
#include "ui/design/experiment_document.h"

namespace widthwise::ui {

namespace {

QStringList toQStrings(const std::vector<std::string>& texts)
{
    QStringList result;
    for (const std::string& text : texts)
        result.append(QString::fromStdString(text));
    return result;
}

/// Those in the person's folder, and what is written: it may be a file beside the experiment.
QStringList sitesFor(const Experiment& experiment)
{
    QStringList names = toQStrings(siteNames());
    if (const QString site = QString::fromStdString(experiment.site); !names.contains(site))
        names.append(site);
    return names;
}

/// What the experiment's algorithm or scheduler has to be set.
const std::vector<Setting>& settingsOf(const Experiment& experiment, const QString& section)
{
    return section == u"search" ? searchAlgorithm(experiment.search.algorithm).settings
                                : schedulerOf(experiment.schedule.type).settings;
}

/// Null where they have no setting with this key of the file.
const Setting* settingAt(const Experiment& experiment, const QString& key)
{
    return findSetting(settingsOf(experiment, key.section(u'.', 0, 0)), key.section(u'.', 1).toStdString());
}

/// A field for each setting that some algorithm or scheduler has, shown for those that have it: `points`
/// becomes "Points".
std::vector<SettingOf<Experiment>> fieldsOf(const QString& section, const std::vector<Setting>& settings)
{
    std::vector<SettingOf<Experiment>> fields;
    for (const Setting& setting : settings) {
        QString caption = QString::fromStdString(setting.name).replace(u'_', u' ');
        caption[0] = caption[0].toUpper();
        fields.push_back(
            {.key = section + u'.' + QString::fromStdString(setting.name),
             .caption = caption,
             .help = QString::fromStdString(setting.help),
             .standardOf =
                 [](const Experiment& experiment, const QString& key) {
                     const Setting* here = settingAt(experiment, key);
                     return here && here->standard >= here->lowest ? QString::number(here->standard)
                                                                   : QString();
                 },
             .appliesOf = [](const Experiment& experiment,
                             const QString& key) { return settingAt(experiment, key) != nullptr; }});
    }
    return fields;
}

/// "asha: pauses each trial at its rung"; `eta` without the quotes of a README.
template <class Description>
QString helpOf(const Description& description)
{
    return QString::fromStdString(description.id + ": " + description.help).remove(u'`');
}

/// A line for each of them.
template <class Description>
QString helpOf(const std::vector<Description>& descriptions)
{
    QStringList lines;
    for (const Description& description : descriptions)
        lines.append(helpOf(description));
    return lines.join(u'\n');
}

bool asksProgram(const Experiment& experiment)
{
    return isExternal(experiment.search);
}

/// What the chosen ones do, a line each.
QString searchNote(const Experiment& experiment)
{
    const QString algorithm = helpOf(searchAlgorithm(experiment.search.algorithm)) + u'.';
    if (experiment.schedule.type == SchedulerSettings().type)
        return algorithm;
    return algorithm + u'\n' + helpOf(schedulerOf(experiment.schedule.type)) + u'.';
}

bool hasRungs(const Experiment& experiment)
{
    return schedulerOf(experiment.schedule.type).hasRungs;
}

std::pair<QString, QString> firstRung(const Experiment& experiment)
{
    const auto step = suggestedFirstRung(experiment);
    return {QStringLiteral("schedule.min_steps"), step ? QString::number(*step) : QString()};
}

bool runsTrainer(const Experiment& experiment)
{
    return std::holds_alternative<BundledTrainer>(experiment.trial.program);
}

bool runsCommand(const Experiment& experiment)
{
    return std::holds_alternative<CommandTemplate>(experiment.trial.program);
}

} // namespace

std::vector<SettingsForm::Setting> SettingsForm::objectiveSettings()
{
    return {{.key = QStringLiteral("objective.metric"),
             .caption = tr("Metric"),
             .help = tr("The metric that decides which trial is best, as trials report it."),
             .standard = [](const Experiment&) { return QString(); },
             .stretch = 3},
            {.key = QStringLiteral("objective.direction"),
             .caption = tr("Direction"),
             .help = tr("Whether small or large values are good."),
             .options = {QStringLiteral("minimize"), QStringLiteral("maximize")},
             .standard =
                 [](const Experiment& experiment) {
                     return experiment.objective.direction == Direction::Minimize
                                ? QStringLiteral("minimize")
                                : QStringLiteral("maximize");
                 },
             .stretch = 2},
            {.key = QStringLiteral("objective.value"),
             .caption = tr("Value"),
             .help = tr("Whether a trial's best or its last report counts."),
             .options = {QStringLiteral("best"), QStringLiteral("last")},
             .standard =
                 [](const Experiment& experiment) {
                     return experiment.objective.value == ObjectiveValue::Best ? QStringLiteral("best")
                                                                               : QStringLiteral("last");
                 },
             .stretch = 2},
            {.key = QStringLiteral("objective.goal"),
             .caption = tr("Goal"),
             .help = tr("The search ends once a trial reaches this value."),
             .standard = [](const Experiment&) { return tr("none"); }}};
}

std::vector<SettingsForm::Setting> SettingsForm::searchSettings()
{
    std::vector<Setting> settings{
        {.key = QStringLiteral("search.algorithm"),
         .caption = tr("Algorithm"),
         .help = tr("How configurations are chosen.\n%1").arg(helpOf(searchAlgorithms())),
         .options = toQStrings(searchAlgorithmIds()),
         .standard =
             [](const Experiment& experiment) { return QString::fromStdString(experiment.search.algorithm); },
         .stretch = 2},
        {.key = QStringLiteral("search.command"),
         .caption = tr("Program"),
         .help = tr("What chooses configurations: a program that speaks the ask/tell protocol."),
         .standard = [](const Experiment&) { return QString(); },
         .applies = asksProgram,
         .stretch = 2},
        {.key = QStringLiteral("search.warm_start"),
         .caption = tr("Begin with"),
         .help = tr("Earlier experiments whose trials this search begins with: their names, or all."),
         .standard = [](const Experiment&) { return tr("nothing"); },
         .applies = [](const Experiment& experiment) { return !endsByItself(experiment.search); },
         .stretch = 2,
         .isList = true,
         .word = QStringLiteral("all")},
        {.key = QStringLiteral("seed"),
         .caption = tr("Seed"),
         .help = tr("The same seed gives the same search on every machine."),
         .standard = [](const Experiment& experiment) { return QString::number(experiment.seed); }},
        {.key = QStringLiteral("schedule.type"),
         .caption = tr("Scheduler"),
         .help = tr("What becomes of trials that fall behind.\n%1").arg(helpOf(schedulers())),
         .options = toQStrings(schedulerIds()),
         .standard =
             [](const Experiment& experiment) { return QString::fromStdString(experiment.schedule.type); },
         .stretch = 2,
         .brings = firstRung}};
    const std::vector<Setting> ofRungs{
        {.key = QStringLiteral("fidelity.kind"),
         .caption = tr("Sizes of"),
         .help =
             tr("The setting that makes the model larger, as width: a trial that is promoted becomes a new "
                "one with the next value. Empty: rungs are steps of a run."),
         .standard = [](const Experiment&) { return tr("none"); },
         .applies = hasRungs},
        {.key = QStringLiteral("fidelity.values"),
         .caption = tr("Sizes"),
         .help = tr("Its values from rung to rung, smallest first: 32, 64, 128."),
         .standard = [](const Experiment&) { return QString(); },
         .applies = [](const Experiment& experiment) { return experiment.fidelity.has_value(); },
         .isList = true}};
    const std::vector<Setting> ofAlgorithms =
        fieldsOf(QStringLiteral("search"), settingsBeside(searchAlgorithm(SearchSettings().algorithm)));
    const std::vector<Setting> ofSchedulers =
        fieldsOf(QStringLiteral("schedule"), settingsBeside(schedulerOf(SchedulerSettings().type)));
    settings.insert(settings.begin() + 2, ofAlgorithms.begin(), ofAlgorithms.end());
    settings.insert(settings.end(), ofSchedulers.begin(), ofSchedulers.end());
    settings.insert(settings.end(), ofRungs.begin(), ofRungs.end());
    return settings;
}

std::vector<SettingsForm::Setting> SettingsForm::budgetSettings()
{
    const auto unlimited = [](const Experiment&) { return tr("unlimited"); };
    return {
        {.key = QStringLiteral("budget.trials"),
         .caption = tr("Trials"),
         .help = tr("The search ends after this many trials."),
         .standard = unlimited},
        {.key = QStringLiteral("budget.failed_trials"),
         .caption = tr("Failures"),
         .help = tr("More failed trials than this end the search."),
         .standard =
             [](const Experiment& experiment) { return QString::number(experiment.budget.failedTrials); }},
        {.key = QStringLiteral("budget.wall_time"),
         .caption = tr("Wall time"),
         .help = tr("The search ends after this time; write 90min, 2h or 1h30."),
         .standard = unlimited},
        {.key = QStringLiteral("budget.device_hours"),
         .caption = tr("Device hours"),
         .help = tr("The search ends after this many GPU hours, or CPU hours where trials use no GPU."),
         .standard = unlimited}};
}

std::vector<SettingsForm::Setting> SettingsForm::resourceSettings()
{
    return {
        {.key = QStringLiteral("site"),
         .caption = tr("Site"),
         .help = tr("Where the trials run."),
         .standard = [](const Experiment& experiment) { return QString::fromStdString(experiment.site); },
         .stretch = 2,
         .choices = sitesFor},
        {.key = QStringLiteral("resources.parallel"),
         .caption = tr("In parallel"),
         .help = tr("How many trials run at a time."),
         .standard =
             [](const Experiment& experiment) { return QString::number(experiment.resources.parallel); }},
        {.key = QStringLiteral("resources.cpus"),
         .caption = tr("CPUs"),
         .help = tr("Processor cores for each trial."),
         .standard = [](const Experiment& experiment) { return QString::number(experiment.resources.cpus); }},
        {.key = QStringLiteral("resources.gpus"),
         .caption = tr("GPUs"),
         .help = tr("GPUs for each trial."),
         .standard = [](const Experiment& experiment) { return QString::number(experiment.resources.gpus); }},
        {.key = QStringLiteral("resources.nodes"),
         .caption = tr("Nodes"),
         .help = tr("Machines for each trial."),
         .standard =
             [](const Experiment& experiment) { return QString::number(experiment.resources.nodes); }},
        {.key = QStringLiteral("resources.time_limit"),
         .caption = tr("Time limit"),
         .help = tr("A trial that runs longer is asked to stop, then ended; write 30min or 2h."),
         .standard = [](const Experiment&) { return tr("none"); },
         .stretch = 2},
        {.key = QStringLiteral("checkpoints"),
         .caption = tr("Checkpoints"),
         .help =
             tr("Which are kept: all; those that are needed, of trials that may go on or ran to their end; "
                "or only the best beside those that may go on."),
         .options = toQStrings(checkpointKeepingIds()),
         .standard =
             [](const Experiment& experiment) {
                 return QString::fromUtf8(toText(experiment.checkpoints).data());
             },
         .stretch = 2}};
}

std::vector<SettingsForm::Section> SettingsForm::sections()
{
    return {{tr("Name"),
             {{.key = QStringLiteral("name"),
               .caption = tr("Experiment"),
               .help = tr("What the experiment is called in lists, files and exports."),
               .standard = [](const Experiment&) { return QString(); }},
              {.key = QStringLiteral("description"),
               .caption = tr("Description"),
               .help = tr("For whoever reads this later."),
               .standard = [](const Experiment&) { return QString(); },
               .stretch = 2}}},
            {tr("Trial"),
             {{.key = QStringLiteral("trial.command"),
               .caption = tr("Command"),
               .help = tr("What a trial runs; {name} stands for a parameter's value."),
               .standard = [](const Experiment&) { return QString(); },
               .applies = runsCommand},
              {.key = QStringLiteral("trial.trainer.model"),
               .caption = tr("Bundled model"),
               .help = tr("Which of the bundled models a trial trains; its other settings are in the text."),
               .standard = [](const Experiment&) { return QString(); },
               .applies = runsTrainer},
              {.key = QStringLiteral("trial.trainer.epochs"),
               .caption = tr("Epochs"),
               .help = tr("How many times a trial sees the training data."),
               .standard = [](const Experiment&) { return tr("the trainer's own"); },
               .applies = runsTrainer},
              {.key = QStringLiteral("trial.trainer.data"),
               .caption = tr("Data"),
               .help = tr("The file of jets, relative to the experiment's folder."),
               .standard = [](const Experiment&) { return tr("none"); },
               .applies = runsTrainer,
               .stretch = 2}}},
            {tr("Objective"), objectiveSettings()},
            {tr("Search"), searchSettings(), searchNote},
            {tr("Budget"), budgetSettings()},
            {tr("Resources"), resourceSettings()}};
}

SettingsForm::SettingsForm(ExperimentDocument& document, QWidget* parent) : FileForm(document, parent)
{
    addSections<Experiment>(sections(), [&document]() -> const Experiment& { return document.experiment(); });
}

} // namespace widthwise::ui
