// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"
#include "core/store/experiments.h"
#include "core/store/trials.h"

#include <QTemporaryDir>

#include <string>

namespace widthwise::test {

inline TimePoint at(std::int64_t milliseconds)
{
    return TimePoint(std::chrono::milliseconds(milliseconds));
}

/// A folder for one test's store; it goes with the object.
class StoreFolder {
public:
    std::string file(const char* name = "widthwise.db") const
    {
        return m_directory.filePath(QString::fromUtf8(name)).toStdString();
    }
    std::string path() const { return m_directory.path().toStdString(); }

private:
    QTemporaryDir m_directory;
};

inline std::int64_t addExperiment(Database& database, const std::string& name = "lr-scan")
{
    ExperimentRecord record;
    record.name = name;
    return Experiments(database).add(record);
}

inline std::int64_t addTrial(Database& database, std::int64_t experiment, int number = 0)
{
    Trial trial;
    trial.number = number;
    return Trials(database).save(experiment, trial);
}

} // namespace widthwise::test
