// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/experiment_import.h"

#include "core/experiment/experiment_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace widthwise::ui {

namespace {

std::string nameOf(const std::string& yaml, const QString& otherwise)
{
    try {
        return parseExperiment(yaml).name;
    } catch (const std::exception&) {
        return otherwise.toStdString();
    }
}

} // namespace

ExperimentRecord draftFromFile(const QString& path)
{
    const QFileInfo file(path);
    ExperimentRecord record;
    record.yaml = readTextFile(path.toStdString());
    record.name = nameOf(record.yaml, file.completeBaseName());
    record.baseDirectory = file.absolutePath().toStdString();
    return record;
}

ExperimentRecord newDraft()
{
    QFile file(QStringLiteral(":/templates/experiment.yaml"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the template of a new experiment is missing from the program");
    ExperimentRecord record;
    record.yaml = file.readAll().toStdString();
    record.name = nameOf(record.yaml, QStringLiteral("experiment"));
    record.baseDirectory = QDir::homePath().toStdString();
    return record;
}

QString exampleFile()
{
    QString folder = qEnvironmentVariable("WIDTHWISE_EXAMPLES_DIR");
    if (folder.isEmpty())
        folder = QCoreApplication::applicationDirPath() + QStringLiteral("/../share/widthwise/examples");
    return QDir::cleanPath(folder + QStringLiteral("/gn2-lr.yaml"));
}

} // namespace widthwise::ui
