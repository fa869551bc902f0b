// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/site_form.h"

#include "core/experiment/duration_text.h"
#include "ui/sites/site_document.h"

namespace widthwise::ui {

namespace {

bool isRemote(const Site& site)
{
    return site.isRemote();
}

bool usesSlurm(const Site& site)
{
    return site.scheduler == Site::Scheduler::Slurm;
}

QString durationOf(std::chrono::duration<double> duration)
{
    return QString::fromStdString(durationToText(duration));
}

} // namespace

std::vector<SiteForm::Setting> SiteForm::placeSettings()
{
    return {{.key = QStringLiteral("host"),
             .caption = tr("Host"),
             .help = tr("As for ssh: an alias of its configuration, a host, or user@host."),
             .standard = [](const Site&) { return tr("this machine"); },
             .stretch = 2},
            {.key = QStringLiteral("jump"),
             .caption = tr("Jump host"),
             .help = tr("The machine to go through, as for ssh -J."),
             .standard = [](const Site&) { return tr("as ssh is configured"); },
             .applies = isRemote,
             .stretch = 2},
            {.key = QStringLiteral("ssh_config"),
             .caption = tr("SSH configuration"),
             .help = tr("Use this file instead of ~/.ssh/config."),
             .standard = [](const Site&) { return QStringLiteral("~/.ssh/config"); },
             .applies = isRemote,
             .stretch = 2}};
}

std::vector<SiteForm::Setting> SiteForm::schedulerSettings()
{
    return {{.key = QStringLiteral("scheduler"),
             .caption = tr("Scheduler"),
             .help = tr("Whether trials are jobs of SLURM, or processes of the host itself."),
             .options = {QStringLiteral("none"), QStringLiteral("slurm")},
             .standard =
                 [](const Site& site) {
                     return usesSlurm(site) ? QStringLiteral("slurm") : QStringLiteral("none");
                 }},
            {.key = QStringLiteral("submit"),
             .caption = tr("Submit"),
             .help = tr(
                 "A job for each trial, or pilots: a few jobs that run many short trials one after another."),
             .options = {QStringLiteral("array"), QStringLiteral("pilot")},
             .standard =
                 [](const Site& site) {
                     return site.slurm.submit == SlurmSettings::Submit::Pilot ? QStringLiteral("pilot")
                                                                              : QStringLiteral("array");
                 },
             .applies = usesSlurm},
            {.key = QStringLiteral("partition"),
             .caption = tr("Partition"),
             .help = tr("The group of nodes that trials run on."),
             .standard = [](const Site&) { return tr("default"); },
             .applies = usesSlurm},
            {.key = QStringLiteral("account"),
             .caption = tr("Account"),
             .help = tr("The project that pays for the jobs."),
             .standard = [](const Site&) { return tr("default"); },
             .applies = usesSlurm},
            {.key = QStringLiteral("qos"),
             .caption = tr("QOS"),
             .help = tr("The quality of service: its limits and priority."),
             .standard = [](const Site&) { return tr("default"); },
             .applies = usesSlurm},
            {.key = QStringLiteral("constraint"),
             .caption = tr("Constraint"),
             .help = tr("A feature that nodes must have, as the site calls it, e.g. a100."),
             .standard = [](const Site&) { return tr("none"); },
             .applies = usesSlurm}};
}

std::vector<SiteForm::Setting> SiteForm::jobSettings()
{
    return {{.key = QStringLiteral("time_limit"),
             .caption = tr("Time limit"),
             .help = tr("The longest job, if the experiment sets no limit; a trial that needs longer "
                        "continues in another job."),
             .standard = [](const Site&) { return tr("partition's"); },
             .applies = usesSlurm},
            {.key = QStringLiteral("notice"),
             .caption = tr("Notice"),
             .help = tr("How long before the limit a trial writes its checkpoint."),
             .standard = [](const Site& site) { return durationOf(site.slurm.notice); },
             .applies = usesSlurm},
            {.key = QStringLiteral("poll_interval"),
             .caption = tr("Poll interval"),
             .help = tr("How often the queue is read, 10s or more; all users share it."),
             .standard = [](const Site& site) { return durationOf(site.slurm.pollInterval); },
             .applies = usesSlurm},
            {.key = QStringLiteral("options"),
             .caption = tr("Options"),
             .help = tr("More options for sbatch, e.g. --mem-per-cpu=4G; edit a list of them in the text."),
             .standard =
                 [](const Site& site) { return site.slurm.options.empty() ? tr("none") : tr("in the text"); },
             .applies = usesSlurm,
             .stretch = 2}};
}

std::vector<SiteForm::Section> SiteForm::sections()
{
    return {{tr("Place"), placeSettings()},
            {tr("Files"),
             {{.key = QStringLiteral("folder"),
               .caption = tr("Folder"),
               .help = tr("The folder for trials, on a disk that all nodes see."),
               .standard =
                   [](const Site& site) { return isRemote(site) ? tr("needed") : tr("beside the store"); },
               .stretch = 3},
              {.key = QStringLiteral("trainer"),
               .caption = tr("Trainer"),
               .help = tr("widthwise-trainer there; Deploy trainer puts it where it is looked for."),
               .standard =
                   [](const Site& site) {
                       return isRemote(site) ? tr("FOLDER/bin/widthwise-trainer") : tr("this machine's own");
                   },
               .stretch = 3}}},
            {tr("Scheduler"), schedulerSettings()},
            {tr("Jobs"), jobSettings()},
            {tr("Limits"),
             {{.key = QStringLiteral("gpus_per_node"),
               .caption = tr("GPUs per node"),
               .help = tr("An experiment whose trials need more is refused before anything is submitted."),
               .standard = [](const Site&) { return tr("not checked"); }},
              {.key = QStringLiteral("max_trials"),
               .caption = tr("Trials at a time"),
               .help = tr("Most trials of one experiment that wait or run at once."),
               .standard = [](const Site&) { return tr("as the experiment says"); }}}},
            {tr("Container"),
             {{.key = QStringLiteral("container"),
               .caption = tr("Container command"),
               .help = tr("E.g. apptainer exec --nv --bind /p torch.sif; the prologue comes before it."),
               .standard = [](const Site&) { return tr("none"); }}}},
            {tr("Prologue"),
             {{.key = QStringLiteral("prologue"),
               .caption = tr("Shell lines before each trial"),
               .help = tr("Modules, virtual environments, variables."),
               .manyLines = true}}}};
}

SiteForm::SiteForm(SiteDocument& document, QWidget* parent) : FileForm(document, parent)
{
    addSections<Site>(sections(), [&document]() -> const Site& { return document.site(); });
}

} // namespace widthwise::ui
