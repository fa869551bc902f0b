// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_sample.h"

#include "tests/fuzz/targets.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <hdf5.h>
#include <unistd.h>

namespace widthwise::fuzz {

namespace {

/// A file that lies in memory.
class MemoryFile {
public:
    MemoryFile() : m_descriptor(mkstemp(m_path.data()))
    {
        if (m_descriptor < 0)
            throw std::system_error(errno, std::generic_category(), m_path);
    }
    ~MemoryFile()
    {
        close(m_descriptor);
        unlink(m_path.c_str());
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    void write(std::string_view bytes) const
    {
        const auto size = static_cast<ssize_t>(bytes.size());
        if (ftruncate(m_descriptor, 0) != 0 || pwrite(m_descriptor, bytes.data(), bytes.size(), 0) != size)
            throw std::system_error(errno, std::generic_category(), m_path);
    }
    const std::string& path() const { return m_path; }

private:
    std::string m_path = "/dev/shm/widthwise-fuzz-XXXXXX";
    int m_descriptor;
};

} // namespace

/// The jets and tracks of a file, as training reads them.
void hdf5File(std::string_view file)
{
    // Every file that is opened has a table of 512 KiB, which otherwise comes from the kernel each time.
    static const herr_t keepsMemory = H5set_free_list_limits(-1, -1, -1, -1, -1, -1);
    expect(keepsMemory >= 0, "HDF5 keeps memory");
    static const MemoryFile memory;
    memory.write(file);
    const trainer::SampleRequest request{.path = memory.path(),
                                         .jetVariables = {"pt"},
                                         .trackVariables = {"d0"},
                                         .classes = {},
                                         .count = 100,
                                         .origins = true,
                                         .vertices = true};
    try {
        const trainer::JetSample sample = trainer::readJets(request);
        expect(sample.offsets.size() == sample.size() + 1, "the tracks of every jet are known");
        expect(sample.jets.size() == sample.size(), "every jet has its variable");
        expect(sample.vertices.size() == sample.tracks.size(), "every track has its vertex");
    } catch (const trainer::InputError&) { // the file is not as it should be
    }
}

} // namespace widthwise::fuzz
