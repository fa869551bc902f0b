// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QFile>
#include <QTest>

namespace widthwise::ctl {

namespace {

constexpr int patience = 60'000; // milliseconds

QString program()
{
    return qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwisectl");
}

} // namespace

CtlFixture::CtlFixture() : m_environment(QProcessEnvironment::systemEnvironment())
{
    m_environment.insert(QStringLiteral("XDG_DATA_HOME"), folder());
    m_environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    m_environment.remove(QStringLiteral("WIDTHWISE_TRAINER"));
}

CtlFixture::~CtlFixture()
{
    const QJsonArray experiments = call({QStringLiteral("list"), QStringLiteral("--json")}).array();
    for (const QJsonValue& experiment : experiments) {
        const QString name = experiment[QStringLiteral("name")].toString();
        call({QStringLiteral("stop"), name});
        const auto isDriven = [&] {
            return show(name)[QStringLiteral("driver")][QStringLiteral("alive")].toBool();
        };
        if (!QTest::qWaitFor([&] { return !isDriven(); }, 20'000))
            qWarning("the driver of %s does not end", qPrintable(name));
    }
}

QString CtlFixture::write(const QString& name, const QByteArray& contents) const
{
    const QString path = folder() + QLatin1Char('/') + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("cannot write %s", qPrintable(path));
    return path;
}

QString CtlFixture::experiment(const QString& name, const QByteArray& command, int trials,
                               const QByteArray& more) const
{
    return write(
        name + QStringLiteral(".yaml"),
        "name: " + name.toUtf8() +
            "\nobjective: {metric: loss, direction: minimize}\ntrial:\n  command: |\n    " +
            QByteArray(command).replace("\n", "\n    ") +
            "\nspace:\n  x: {type: float, low: 0.1, high: 1}\nresources: {parallel: 2}\nbudget: {trials: " +
            QByteArray::number(trials) + "}\n" + more);
}

Answer CtlFixture::call(const QStringList& arguments) const
{
    return callOn(store(), arguments);
}

Answer CtlFixture::callOn(const QString& store, const QStringList& arguments) const
{
    const std::unique_ptr<QProcess> process =
        begin(store.isEmpty() ? arguments : arguments + QStringList{QStringLiteral("--store"), store});
    if (!process->waitForFinished(patience)) {
        process->kill();
        process->waitForFinished();
        return {};
    }
    return {process->exitStatus() == QProcess::NormalExit ? process->exitCode() : -1,
            QString::fromUtf8(process->readAllStandardOutput()),
            QString::fromUtf8(process->readAllStandardError())};
}

std::unique_ptr<QProcess> CtlFixture::start(const QStringList& arguments) const
{
    return begin(arguments + QStringList{QStringLiteral("--store"), store()});
}

std::unique_ptr<QProcess> CtlFixture::begin(const QStringList& arguments) const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(m_environment);
    process->setWorkingDirectory(folder());
    process->start(program(), arguments);
    return process;
}

QJsonObject CtlFixture::show(const QString& name) const
{
    return call({QStringLiteral("show"), name, QStringLiteral("--json")}).object();
}

int CtlFixture::count(const QString& name, const QString& state) const
{
    return show(name)[QStringLiteral("trials")][state].toInt();
}

QByteArray reports(double seconds)
{
    return "for step in 1 2 3 4 5; do\n"
           "  echo \"{{\\\"step\\\":$step,\\\"metrics\\\":{{\\\"loss\\\":{x}}}}}\" >> metrics.jsonl\n"
           "  sleep " +
           QByteArray::number(seconds / 5) + "\ndone";
}

} // namespace widthwise::ctl
