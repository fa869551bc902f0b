// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/system/cluster_experiment.h"

#include "core/launch/trial_directory.h"
#include "tests/core/run/metrics_file.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <csignal>

namespace widthwise {

namespace {

/// The lock belongs to the processes of an attempt, and goes with the last of them.
constexpr const char* program = R"sh(
exec 9>lock
flock -n 9 || echo "$WIDTHWISE_ATTEMPT" >>twins
echo "$WIDTHWISE_ATTEMPT" >>runs
step=0
[ -z "${WIDTHWISE_CHECKPOINT-}" ] || read -r step <"$WIDTHWISE_CHECKPOINT"
trap 'stop=1' TERM
%1
while [ "$step" -lt %2 ]; do
    step=$((step + 1))
    echo '{"step":'$step',"metrics":{"loss":'$((1000 - step))'.'$WIDTHWISE_TRIAL'}}' >>metrics.jsonl
    echo $step >checkpoint.part && mv checkpoint.part checkpoint.pt
    while [ "$step" -eq $((%2 / 2)) ] && [ ! -e %3 ] && [ -z "${stop-}" ]; do sleep 0.1; done
    [ -z "${stop-}" ] || exit 0
    sleep 0.1
done
)sh";

constexpr const char* experimentText = R"yaml(
name: faulty
objective: {metric: loss, direction: minimize}
trial: {command: 'sh {experiment_dir}/{program} {x}'}
space:
  x: {type: float, low: 0, high: 1}
  program: program.sh
search: {algorithm: random}
site: site.yaml
resources: {parallel: %1, cpus: 1}
budget: {trials: %1}
seed: 7
)yaml";

QStringList linesOf(const std::string& text)
{
    return QString::fromStdString(text).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

void write(const QString& path, const QString& text)
{
    QFile file(path);
    QVERIFY2(file.open(QFile::WriteOnly), qPrintable(path));
    file.write(text.toUtf8());
}

QString read(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

ClusterExperiment::ClusterExperiment(const TestCluster& cluster, Options options)
    : m_cluster(cluster), m_options(std::move(options))
{
    write(folder() + QStringLiteral("/program.sh"), QString::fromLatin1(program)
                                                        .arg(m_options.beginning)
                                                        .arg(m_options.steps)
                                                        .arg(folder() + QStringLiteral("/go")));
    QStringList site;
    site << QStringLiteral("host: ") + m_options.host
         << QStringLiteral("ssh_config: ") + m_cluster.sshConfig() << QStringLiteral("scheduler: slurm")
         << QStringLiteral("folder: ") + folderOfTrials() << QStringLiteral("poll_interval: 10s")
         << QStringLiteral("time_limit: ") + m_options.timeLimit;
    site += m_options.site;
    write(folder() + QStringLiteral("/site.yaml"), site.join(QLatin1Char('\n')) + QLatin1Char('\n'));
    m_id = m_fixture.add("faulty", QString::fromLatin1(experimentText).arg(m_options.trials).toStdString());
}

ClusterExperiment::~ClusterExperiment()
{
    if (m_driver && m_driver->running())
        m_driver->killNow();
}

QString ClusterExperiment::folderOfTrials() const
{
    return m_options.folder.isEmpty() ? QString::fromStdString(trialsDirectory(m_fixture.storeFile()))
                                      : m_options.folder;
}

void ClusterExperiment::drive()
{
    m_driver = std::make_unique<DriverProcess>(QStringLiteral(WIDTHWISECTL),
                                               QStringList{QStringLiteral("drive"), QStringLiteral("faulty"),
                                                           QStringLiteral("--store"),
                                                           QString::fromStdString(m_fixture.storeFile())});
}

bool ClusterExperiment::ends(int milliseconds)
{
    const bool ended = QTest::qWaitFor([this] { return !m_driver->running(); }, milliseconds);
    if (!ended)
        qWarning("the driver has not ended:\n%s\nnotice: %s", qPrintable(log()), qPrintable(notice()));
    return ended;
}

std::string ClusterExperiment::file(int trial, std::string_view name)
{
    const ExperimentRecord about = record();
    const std::string folder =
        trialDirectory(folderOfTrials().toStdString(), about.name, about.created, trial);
    return read(QString::fromStdString(folder + '/' + std::string(name))).toStdString();
}

QString ClusterExperiment::programThere()
{
    const ExperimentRecord about = record();
    const std::string folder = experimentDirectory(folderOfTrials().toStdString(), about.name, about.created);
    return read(QString::fromStdString(folder) + QStringLiteral("/files/program.sh"));
}

void ClusterExperiment::changeProgramHere() const
{
    write(folder() + QStringLiteral("/program.sh"), QStringLiteral("exit 1\n"));
}

std::size_t ClusterExperiment::count(TrialState state)
{
    const std::vector<Trial> all = trials();
    return static_cast<std::size_t>(std::ranges::count(all, state, &Trial::state));
}

bool ClusterExperiment::isHalfway()
{
    const std::vector<Trial> all = trials();
    return std::ssize(all) == m_options.trials && std::ranges::all_of(all, [&](const Trial& trial) {
               return trial.state == TrialState::Running && trial.lastStep == m_options.steps / 2;
           });
}

void ClusterExperiment::letGo() const
{
    write(folder() + QStringLiteral("/go"), {});
}

QString ClusterExperiment::notice()
{
    Database database(m_fixture.storeFile());
    const auto driver = driverInfo(database, m_id);
    return driver ? QString::fromStdString(driver->notice) : QString();
}

std::chrono::milliseconds ClusterExperiment::silence()
{
    Database database(m_fixture.storeFile());
    return m_fixture.clock().now() - driverInfo(database, m_id)->heartbeat;
}

QString ClusterExperiment::log() const
{
    return read(QString::fromStdString(trialsDirectory(m_fixture.storeFile())) +
                QStringLiteral("/faulty.driver.log"));
}

TrialStatus ClusterExperiment::status(int trial)
{
    return parseTrialStatus(file(trial, trial_file::status)).value_or(TrialStatus());
}

QString ClusterExperiment::jobOf(int trial)
{
    const int attempt = this->trial(trial).attempt;
    const QStringList words = QString::fromStdString(file(trial, "submission-" + std::to_string(attempt)))
                                  .simplified()
                                  .split(QLatin1Char(' '));
    if (words.size() != 2)
        return {};
    const QString jobs = m_cluster.shell(QStringLiteral("squeue -h -r -t all -o '%i' -n ") + words[0]).output;
    for (const QString& job : jobs.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        if (!job.contains(QLatin1Char('_')) || job.endsWith(QLatin1Char('_') + words[1]))
            return job;
    return {};
}

void ClusterExperiment::killWrapper(int trial)
{
    const TrialStatus now = status(trial);
    QVERIFY(now.wrapperPid > 1 && now.programPid > 1);
    ::kill(static_cast<pid_t>(now.wrapperPid), SIGKILL);
    ::kill(static_cast<pid_t>(-now.programPid), SIGKILL);
}

void ClusterExperiment::killNode(int trial)
{
    const QString stat = read(QStringLiteral("/proc/%1/stat").arg(status(trial).wrapperPid));
    const pid_t step =
        stat.section(QLatin1Char(')'), -1).simplified().section(QLatin1Char(' '), 1, 1).toInt();
    QVERIFY(step > 1);
    ::kill(step, SIGKILL);
    killWrapper(trial);
}

void ClusterExperiment::verify()
{
    const std::vector<Trial> all = trials();
    QCOMPARE(std::ssize(all), m_options.trials);
    for (const Trial& trial : all) {
        verifyRuns(trial);
        verifyMetrics(trial);
    }
    verifySubmissions();
}

void ClusterExperiment::verifyRuns(const Trial& trial)
{
    int last = 0;
    for (const QString& attempt : linesOf(file(trial.number, "runs"))) {
        QVERIFY2(attempt.toInt() > last, "an attempt ran twice");
        last = attempt.toInt();
    }
    QVERIFY(last <= trial.attempt);
    QVERIFY(trial.state != TrialState::Completed || last == trial.attempt);
    QCOMPARE(file(trial.number, "twins"), std::string());
}

void ClusterExperiment::verifyMetrics(const Trial& trial)
{
    const Points written = pointsOf(file(trial.number, trial_file::metrics), "loss");
    const Points stored = m_fixture.points(m_id, trial.number, "loss");
    QCOMPARE(stored.steps, written.steps);
    QCOMPARE(stored.values, written.values);
    for (std::size_t i = 0; i < written.size(); ++i)
        QCOMPARE(written.steps[i], i + 1);
    if (trial.state == TrialState::Completed)
        QCOMPARE(stored.size(), static_cast<std::size_t>(m_options.steps));
}

/// What the queue remembers of this experiment's jobs.
void ClusterExperiment::verifySubmissions()
{
    QSet<QString> scripts;
    const QString jobs = m_cluster.shell(QStringLiteral("squeue -h -r -t all -o '%j %K'"))
                             .output.replace(QStringLiteral("N/A"), QStringLiteral("0"));
    for (const QString& job : jobs.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const QString batch = read(
            folderOfTrials() + QStringLiteral("/jobs/%1.sbatch").arg(job.section(QLatin1Char(' '), 0, 0)));
        const QRegularExpression task(
            QStringLiteral("^%1\\) script=(.*) ;;$").arg(job.section(QLatin1Char(' '), 1)),
            QRegularExpression::MultilineOption);
        const QString script = task.match(batch).captured(1);
        if (script.isEmpty())
            continue; // of another experiment
        QVERIFY2(!scripts.contains(script), qPrintable(script + QStringLiteral(" was submitted twice")));
        scripts.insert(script);
    }
}

} // namespace widthwise
