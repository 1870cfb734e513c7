// Generated from proto/ by scripts/generate.ts: change proto/ and run `npm run generate`.

/** A 64-bit integer: a number up to 2^53-1 in magnitude, a decimal string beyond. */
export type Int64 = number | string;

/** A string, or the bytes of one that is not valid UTF-8. */
export type ProtoString = string | { base64: string };

/** A name, or a number that has none. */
export type UserX86RegsMode = 'NATIVE' | 'COMPAT' | number;

/** A name, or a number that has none. */
export type SeccompMode = 'disabled' | 'strict' | 'filter' | number;

/** A name, or a number that has none. */
export type CoreEntryMarch = 'UNKNOWN' | 'X86_64' | 'ARM' | 'AARCH64' | 'PPC64' | 'S390' | 'MIPS' | 'LOONGARCH64' | 'RISCV64' | number;

/** A name, or a number that has none. */
export type CpuinfoX86EntryVendor = 'UNKNOWN' | 'INTEL' | 'AMD' | number;

/** A name, or a number that has none. */
export type CpuinfoPpc64EntryEndianness = 'BIGENDIAN' | 'LITTLEENDIAN' | number;

/** A name, or a number that has none. */
export type FdTypes = 'UND' | 'REG' | 'PIPE' | 'FIFO' | 'INETSK' | 'UNIXSK' | 'EVENTFD' | 'EVENTPOLL' | 'INOTIFY' | 'SIGNALFD' | 'PACKETSK' | 'TTY' | 'FANOTIFY' | 'NETLINKSK' | 'NS' | 'TUNF' | 'EXT' | 'TIMERFD' | 'MEMFD' | 'BPFMAP' | 'PIDFD' | 'CTL_TTY' | 'AUTOFS_PIPE' | number;

/** A name, or a number that has none. */
export type FhEntrySizes = 'min_entries' | number;

/** A name, or a number that has none. */
export type MarkType = 'INODE' | 'MOUNT' | number;

/** A name, or a number that has none. */
export type Lsmtype = 'NO_LSM' | 'SELINUX' | 'APPARMOR' | number;

/** A name, or a number that has none. */
export type Fstype = 'UNSUPPORTED' | 'PROC' | 'SYSFS' | 'DEVTMPFS' | 'BINFMT_MISC' | 'TMPFS' | 'DEVPTS' | 'SIMFS' | 'PSTORE' | 'SECURITYFS' | 'FUSECTL' | 'DEBUGFS' | 'CGROUP' | 'AUFS' | 'MQUEUE' | 'FUSE' | 'AUTO' | 'OVERLAYFS' | 'AUTOFS' | 'TRACEFS' | 'CGROUP2' | number;

/** A name, or a number that has none. */
export type NdType = 'LOOPBACK' | 'VETH' | 'TUN' | 'EXTLINK' | 'VENET' | 'BRIDGE' | 'MACVLAN' | 'SIT' | number;

/** A name, or a number that has none. */
export type RemapType = 'LINKED' | 'GHOST' | 'PROCFS' | number;

/** A name, or a number that has none. */
export type SkShutdown = 'NONE' | 'READ' | 'WRITE' | 'BOTH' | number;

/** A name, or a number that has none. */
export type SysctlType = 'CTL_STR' | 'CTL_32' | number;

/** A name, or a number that has none. */
export type TtyType = 'UNKNOWN' | 'PTY' | 'CONSOLE' | 'VT' | 'CTTY' | 'EXT_TTY' | 'SERIAL' | number;

export interface AaPolicy {
  name: ProtoString;
  blob: string;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface AaNamespace {
  name: ProtoString;
  policies?: AaPolicy[];
  namespaces?: AaNamespace[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ApparmorEntry {
  namespaces?: AaNamespace[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface AutofsEntry {
  fd: number;
  pgrp: number;
  timeout: number;
  minproto: number;
  maxproto: number;
  mode: number;
  uid?: number;
  gid?: number;
  read_fd?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface BinfmtMiscEntry {
  name: ProtoString;
  enabled: boolean;
  interpreter: ProtoString;
  flags?: ProtoString;
  extension?: ProtoString;
  magic?: ProtoString;
  mask?: ProtoString;
  offset?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface BpfmapDataEntry {
  map_id: number;
  keys_bytes: number;
  values_bytes: number;
  count: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface BpfmapFileEntry {
  id: number;
  flags: number;
  pos: Int64;
  fown: FownEntry;
  map_type: number;
  key_size: number;
  value_size: number;
  map_id: number;
  max_entries: number;
  map_flags: number;
  memlock: Int64;
  frozen: boolean;
  map_name: ProtoString;
  ifindex: number;
  mnt_id?: number;
  map_extra?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgroupPerms {
  mode: number;
  uid: number;
  gid: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgroupPropEntry {
  name: ProtoString;
  value: ProtoString;
  perms?: CgroupPerms;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgroupDirEntry {
  dir_name: ProtoString;
  children?: CgroupDirEntry[];
  properties?: CgroupPropEntry[];
  dir_perms?: CgroupPerms;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgControllerEntry {
  cnames?: ProtoString[];
  dirs?: CgroupDirEntry[];
  is_threaded?: boolean;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgMemberEntry {
  name: ProtoString;
  path: ProtoString;
  cgns_prefix?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgSetEntry {
  id: number;
  ctls?: CgMemberEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CgroupEntry {
  sets?: CgSetEntry[];
  controllers?: CgControllerEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserAarch64RegsEntry {
  regs?: Int64[];
  sp: Int64;
  pc: Int64;
  pstate: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserAarch64FpsimdContextEntry {
  vregs?: Int64[];
  fpsr: number;
  fpcr: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserAarch64GcsEntry {
  gcspr_el0: Int64;
  features_enabled: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacAddressKeys {
  apiakey_lo: Int64;
  apiakey_hi: Int64;
  apibkey_lo: Int64;
  apibkey_hi: Int64;
  apdakey_lo: Int64;
  apdakey_hi: Int64;
  apdbkey_lo: Int64;
  apdbkey_hi: Int64;
  pac_enabled_key: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacGenericKeys {
  apgakey_lo: Int64;
  apgakey_hi: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacKeys {
  pac_address_keys?: PacAddressKeys;
  pac_generic_keys?: PacGenericKeys;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoAarch64 {
  clear_tid_addr: Int64;
  tls: Int64;
  gpregs: UserAarch64RegsEntry;
  fpsimd: UserAarch64FpsimdContextEntry;
  pac_keys?: PacKeys;
  gcs?: UserAarch64GcsEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserArmRegsEntry {
  r0: number;
  r1: number;
  r2: number;
  r3: number;
  r4: number;
  r5: number;
  r6: number;
  r7: number;
  r8: number;
  r9: number;
  r10: number;
  fp: number;
  ip: number;
  sp: number;
  lr: number;
  pc: number;
  cpsr: number;
  orig_r0: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserArmVfpstateEntry {
  vfp_regs?: Int64[];
  fpscr: number;
  fpexc: number;
  fpinst: number;
  fpinst2: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoArm {
  clear_tid_addr: Int64;
  tls: number;
  gpregs: UserArmRegsEntry;
  fpstate: UserArmVfpstateEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserLoongarch64GpregsEntry {
  regs?: Int64[];
  pc: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserLoongarch64FpregsEntry {
  regs?: Int64[];
  fcc: Int64;
  fcsr: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoLoongarch64 {
  clear_tid_addr: Int64;
  tls: Int64;
  gpregs: UserLoongarch64GpregsEntry;
  fpregs: UserLoongarch64FpregsEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserMipsRegsEntry {
  r0: Int64;
  r1: Int64;
  r2: Int64;
  r3: Int64;
  r4: Int64;
  r5: Int64;
  r6: Int64;
  r7: Int64;
  r8: Int64;
  r9: Int64;
  r10: Int64;
  r11: Int64;
  r12: Int64;
  r13: Int64;
  r14: Int64;
  r15: Int64;
  r16: Int64;
  r17: Int64;
  r18: Int64;
  r19: Int64;
  r20: Int64;
  r21: Int64;
  r22: Int64;
  r23: Int64;
  r24: Int64;
  r25: Int64;
  r26: Int64;
  r27: Int64;
  r28: Int64;
  r29: Int64;
  r30: Int64;
  r31: Int64;
  lo: Int64;
  hi: Int64;
  cp0_epc: Int64;
  cp0_badvaddr: Int64;
  cp0_status: Int64;
  cp0_cause: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserMipsFpregsEntry {
  r0: Int64;
  r1: Int64;
  r2: Int64;
  r3: Int64;
  r4: Int64;
  r5: Int64;
  r6: Int64;
  r7: Int64;
  r8: Int64;
  r9: Int64;
  r10: Int64;
  r11: Int64;
  r12: Int64;
  r13: Int64;
  r14: Int64;
  r15: Int64;
  r16: Int64;
  r17: Int64;
  r18: Int64;
  r19: Int64;
  r20: Int64;
  r21: Int64;
  r22: Int64;
  r23: Int64;
  r24: Int64;
  r25: Int64;
  r26: Int64;
  r27: Int64;
  r28: Int64;
  r29: Int64;
  r30: Int64;
  r31: Int64;
  lo: Int64;
  hi: Int64;
  fpu_fcr31: number;
  fpu_id: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoMips {
  clear_tid_addr: Int64;
  tls: Int64;
  gpregs: UserMipsRegsEntry;
  fpregs: UserMipsFpregsEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserPpc64RegsEntry {
  gpr?: Int64[];
  nip: Int64;
  msr: Int64;
  orig_gpr3: Int64;
  ctr: Int64;
  link: Int64;
  xer: Int64;
  ccr: Int64;
  trap: Int64;
  texasr?: Int64;
  tfhar?: Int64;
  tfiar?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserPpc64FpstateEntry {
  fpregs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserPpc64VrstateEntry {
  vrregs?: Int64[];
  vrsave: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserPpc64VsxstateEntry {
  vsxregs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserPpc64TmRegsEntry {
  gpregs: UserPpc64RegsEntry;
  fpstate?: UserPpc64FpstateEntry;
  vrstate?: UserPpc64VrstateEntry;
  vsxstate?: UserPpc64VsxstateEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoPpc64 {
  clear_tid_addr: Int64;
  gpregs: UserPpc64RegsEntry;
  fpstate?: UserPpc64FpstateEntry;
  vrstate?: UserPpc64VrstateEntry;
  vsxstate?: UserPpc64VsxstateEntry;
  tmstate?: UserPpc64TmRegsEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserRiscv64RegsEntry {
  pc: Int64;
  ra: Int64;
  sp: Int64;
  gp: Int64;
  tp: Int64;
  t0: Int64;
  t1: Int64;
  t2: Int64;
  s0: Int64;
  s1: Int64;
  a0: Int64;
  a1: Int64;
  a2: Int64;
  a3: Int64;
  a4: Int64;
  a5: Int64;
  a6: Int64;
  a7: Int64;
  s2: Int64;
  s3: Int64;
  s4: Int64;
  s5: Int64;
  s6: Int64;
  s7: Int64;
  s8: Int64;
  s9: Int64;
  s10: Int64;
  s11: Int64;
  t3: Int64;
  t4: Int64;
  t5: Int64;
  t6: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserRiscv64DExtEntry {
  f?: Int64[];
  fcsr: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoRiscv64 {
  clear_tid_addr: Int64;
  tls: Int64;
  gpregs: UserRiscv64RegsEntry;
  fpsimd: UserRiscv64DExtEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390RegsEntry {
  psw_mask: Int64;
  psw_addr: Int64;
  gprs?: Int64[];
  acrs?: number[];
  orig_gpr2: Int64;
  system_call: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390VxrsLowEntry {
  regs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390VxrsHighEntry {
  regs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390FpregsEntry {
  fpc: number;
  fprs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390GsCbEntry {
  regs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserS390RiEntry {
  ri_on: number;
  regs?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoS390 {
  clear_tid_addr: Int64;
  gpregs: UserS390RegsEntry;
  fpregs: UserS390FpregsEntry;
  vxrs_low?: UserS390VxrsLowEntry;
  vxrs_high?: UserS390VxrsHighEntry;
  gs_cb?: UserS390GsCbEntry;
  gs_bc?: UserS390GsCbEntry;
  ri_cb?: UserS390RiEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserX86RegsEntry {
  r15: Int64;
  r14: Int64;
  r13: Int64;
  r12: Int64;
  bp: Int64;
  bx: Int64;
  r11: Int64;
  r10: Int64;
  r9: Int64;
  r8: Int64;
  ax: Int64;
  cx: Int64;
  dx: Int64;
  si: Int64;
  di: Int64;
  orig_ax: Int64;
  ip: Int64;
  cs: Int64;
  flags: Int64;
  sp: Int64;
  ss: Int64;
  fs_base: Int64;
  gs_base: Int64;
  ds: Int64;
  es: Int64;
  fs: Int64;
  gs: Int64;
  mode?: UserX86RegsMode;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserX86CetEntry {
  cet: Int64;
  ssp: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserX86XsaveEntry {
  xstate_bv: Int64;
  ymmh_space?: number[];
  bndreg_state?: Int64[];
  bndcsr_state?: Int64[];
  opmask_reg?: Int64[];
  zmm_upper?: Int64[];
  hi16_zmm?: Int64[];
  pkru?: number[];
  cet?: UserX86CetEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserX86FpregsEntry {
  cwd: number;
  swd: number;
  twd: number;
  fop: number;
  rip: Int64;
  rdp: Int64;
  mxcsr: number;
  mxcsr_mask: number;
  st_space?: number[];
  xmm_space?: number[];
  padding?: number[];
  xsave?: UserX86XsaveEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UserDescT {
  entry_number: number;
  base_addr: number;
  limit: number;
  seg_32bit: boolean;
  contents_h: boolean;
  contents_l: boolean;
  read_exec_only: boolean;
  limit_in_pages: boolean;
  seg_not_present: boolean;
  usable: boolean;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadInfoX86 {
  clear_tid_addr: Int64;
  gpregs: UserX86RegsEntry;
  fpregs: UserX86FpregsEntry;
  tls?: UserDescT[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TaskCoreEntry {
  task_state: number;
  exit_code: number;
  personality: number;
  flags: number;
  blk_sigset: Int64;
  comm: ProtoString;
  timers?: TaskTimersEntry;
  rlimits?: TaskRlimitsEntry;
  cg_set?: number;
  signals_s?: SignalQueueEntry;
  old_seccomp_mode?: SeccompMode;
  old_seccomp_filter?: number;
  loginuid?: number;
  oom_score_adj?: number;
  sigactions?: SaEntry[];
  child_subreaper?: boolean;
  blk_sigset_extended?: Int64;
  stop_signo?: number;
  membarrier_registration_mask?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TaskKobjIdsEntry {
  vm_id: number;
  files_id: number;
  fs_id: number;
  sighand_id: number;
  pid_ns_id?: number;
  net_ns_id?: number;
  ipc_ns_id?: number;
  uts_ns_id?: number;
  mnt_ns_id?: number;
  user_ns_id?: number;
  cgroup_ns_id?: number;
  time_ns_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadSasEntry {
  ss_sp: Int64;
  ss_size: Int64;
  ss_flags: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ThreadCoreEntry {
  futex_rla: Int64;
  futex_rla_len: number;
  sched_nice?: number;
  sched_policy?: number;
  sched_prio?: number;
  blk_sigset?: Int64;
  sas?: ThreadSasEntry;
  pdeath_sig?: number;
  signals_p?: SignalQueueEntry;
  creds?: CredsEntry;
  seccomp_mode?: SeccompMode;
  seccomp_filter?: number;
  comm?: ProtoString;
  blk_sigset_extended?: Int64;
  rseq_entry?: RseqEntry;
  cg_set?: number;
  timerslack_ns?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TaskRlimitsEntry {
  rlimits?: RlimitEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CoreEntry {
  mtype: CoreEntryMarch;
  thread_info?: ThreadInfoX86;
  tc?: TaskCoreEntry;
  ids?: TaskKobjIdsEntry;
  thread_core?: ThreadCoreEntry;
  ti_arm?: ThreadInfoArm;
  ti_aarch64?: ThreadInfoAarch64;
  ti_ppc64?: ThreadInfoPpc64;
  ti_s390?: ThreadInfoS390;
  ti_mips?: ThreadInfoMips;
  ti_loongarch64?: ThreadInfoLoongarch64;
  ti_riscv64?: ThreadInfoRiscv64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CpuinfoX86Entry {
  vendor_id: CpuinfoX86EntryVendor;
  cpu_family: number;
  model: number;
  stepping: number;
  capability_ver: number;
  capability?: number[];
  model_id?: ProtoString;
  xfeatures_mask?: Int64;
  xsave_size?: number;
  xsave_size_max?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CpuinfoPpc64Entry {
  endian: CpuinfoPpc64EntryEndianness;
  hwcap?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CpuinfoS390Entry {
  hwcap?: Int64[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CpuinfoEntry {
  x86_entry?: CpuinfoX86Entry[];
  ppc64_entry?: CpuinfoPpc64Entry[];
  s390_entry?: CpuinfoS390Entry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CredsEntry {
  uid: number;
  gid: number;
  euid: number;
  egid: number;
  suid: number;
  sgid: number;
  fsuid: number;
  fsgid: number;
  cap_inh?: number[];
  cap_prm?: number[];
  cap_eff?: number[];
  cap_bnd?: number[];
  secbits: number;
  groups?: number[];
  lsm_profile?: ProtoString;
  lsm_sockcreate?: ProtoString;
  apparmor_data?: string;
  no_new_privs?: number;
  cap_amb?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface DevIolink {
  type: number;
  node_to_id: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface KfdDeviceEntry {
  node_id: number;
  gpu_id: number;
  cpu_cores_count: number;
  simd_count: number;
  mem_banks_count: number;
  caches_count: number;
  io_links_count: number;
  max_waves_per_simd: number;
  lds_size_in_kb: number;
  gds_size_in_kb: number;
  num_gws: number;
  wave_front_size: number;
  array_count: number;
  simd_arrays_per_engine: number;
  cu_per_simd_array: number;
  simd_per_cu: number;
  max_slots_scratch_cu: number;
  vendor_id: number;
  device_id: number;
  domain: number;
  drm_render_minor: number;
  hive_id: Int64;
  num_sdma_engines: number;
  num_sdma_xgmi_engines: number;
  num_sdma_queues_per_engine: number;
  num_cp_queues: number;
  fw_version: number;
  capability: number;
  sdma_fw_version: number;
  vram_public: number;
  vram_size: Int64;
  iolinks?: DevIolink[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface KfdBoEntry {
  addr: Int64;
  size: Int64;
  offset: Int64;
  alloc_flags: number;
  gpu_id: number;
  handle: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CriuKfd {
  pid: number;
  num_of_gpus: number;
  num_of_cpus: number;
  device_entries?: KfdDeviceEntry[];
  num_of_bos: Int64;
  bo_entries?: KfdBoEntry[];
  num_of_objects: number;
  shared_mem_size: Int64;
  shared_mem_magic: number;
  priv_data: string;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface DrmVmEntry {
  start: Int64;
  last: Int64;
  offset: Int64;
  flags: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface DrmBoEntry {
  addr: Int64;
  size: Int64;
  offset: Int64;
  alloc_flags: Int64;
  preferred_domains: number;
  handle: number;
  is_import: number;
  num_of_vms: number;
  vm_entries?: DrmVmEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface CriuRenderNode {
  gpu_id: number;
  id: number;
  drm_render_minor: number;
  num_of_bos: Int64;
  bo_entries?: DrmBoEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface EventfdFileEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  counter: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface EventpollTfdEntry {
  id: number;
  tfd: number;
  events: number;
  data: Int64;
  dev?: number;
  inode?: Int64;
  pos?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface EventpollFileEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  tfd?: EventpollTfdEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ExtFileEntry {
  id: number;
  fown: FownEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FdinfoEntry {
  id: number;
  flags: number;
  type: FdTypes;
  fd: number;
  xattr_security_selinux?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FileEntry {
  type: FdTypes;
  id: number;
  reg?: RegFileEntry;
  isk?: InetSkEntry;
  nsf?: NsFileEntry;
  psk?: PacketSockEntry;
  nlsk?: NetlinkSkEntry;
  efd?: EventfdFileEntry;
  epfd?: EventpollFileEntry;
  sgfd?: SignalfdEntry;
  tunf?: TunfileEntry;
  tfd?: TimerfdEntry;
  ify?: InotifyFileEntry;
  ffy?: FanotifyFileEntry;
  ext?: ExtFileEntry;
  usk?: UnixSkEntry;
  fifo?: FifoEntry;
  pipe?: PipeEntry;
  tty?: TtyFileEntry;
  memfd?: MemfdFileEntry;
  bpf?: BpfmapFileEntry;
  pidfd?: PidfdEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FhEntry {
  bytes: number;
  type: number;
  handle?: Int64[];
  path?: ProtoString;
  mnt_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IrmapCacheEntry {
  dev: number;
  inode: Int64;
  path: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FifoEntry {
  id: number;
  pipe_id: number;
  regf_id?: number;
  wait_writer?: boolean;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FileLockEntry {
  flag: number;
  type: number;
  pid: number;
  fd: number;
  start: Int64;
  len: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FownEntry {
  uid: number;
  euid: number;
  signum: number;
  pid_type: number;
  pid: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FsEntry {
  cwd_id: number;
  root_id: number;
  umask?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface InotifyWdEntry {
  id: number;
  i_ino: Int64;
  mask: number;
  ignored_mask: number;
  s_dev: number;
  wd: number;
  f_handle: FhEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface InotifyFileEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  wd?: InotifyWdEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FanotifyInodeMarkEntry {
  i_ino: Int64;
  f_handle: FhEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FanotifyMountMarkEntry {
  mnt_id: number;
  path?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FanotifyMarkEntry {
  id: number;
  type: MarkType;
  mflags: number;
  mask: number;
  ignored_mask: number;
  s_dev: number;
  ie?: FanotifyInodeMarkEntry;
  me?: FanotifyMountMarkEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FanotifyFileEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  faflags: number;
  evflags: number;
  mark?: FanotifyMarkEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface GhostFileEntry {
  uid: number;
  gid: number;
  mode: number;
  dev?: number;
  ino?: Int64;
  rdev?: number;
  atim?: Timeval;
  mtim?: Timeval;
  chunks?: boolean;
  size?: Int64;
  symlnk_target?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface GhostChunkEntry {
  len: Int64;
  off: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PluginsEntry {
  plugins?: ProtoString[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface InventoryEntry {
  img_version: number;
  fdinfo_per_id?: boolean;
  root_ids?: TaskKobjIdsEntry;
  ns_per_id?: boolean;
  root_cg_set?: number;
  lsmtype?: Lsmtype;
  dump_uptime?: Int64;
  pre_dump_mode?: number;
  tcp_close?: boolean;
  network_lock_method?: number;
  plugins_entry?: PluginsEntry;
  dump_criu_run_id?: ProtoString;
  allow_uprobes?: boolean;
  compress?: number;
  compress_block_size?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcDescEntry {
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  mode: number;
  id: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcMsg {
  mtype: Int64;
  msize: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcMsgEntry {
  desc: IpcDescEntry;
  qbytes: number;
  qnum: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcSemEntry {
  desc: IpcDescEntry;
  nsems: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcShmEntry {
  desc: IpcDescEntry;
  size: Int64;
  in_pagemaps?: boolean;
  hugetlb_flag?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpcVarEntry {
  sem_ctls?: number[];
  msg_ctlmax: number;
  msg_ctlmnb: number;
  msg_ctlmni: number;
  auto_msgmni: number;
  shm_ctlmax: Int64;
  shm_ctlall: Int64;
  shm_ctlmni: number;
  shm_rmid_forced: number;
  mq_queues_max: number;
  mq_msg_max: number;
  mq_msgsize_max: number;
  mq_msg_default?: number;
  mq_msgsize_default?: number;
  msg_next_id?: number;
  sem_next_id?: number;
  shm_next_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface MacvlanLinkEntry {
  mode: number;
  flags?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface MemfdFileEntry {
  id: number;
  flags: number;
  pos: Int64;
  fown: FownEntry;
  inode_id: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface MemfdInodeEntry {
  name: ProtoString;
  uid: number;
  gid: number;
  size: Int64;
  shmid: number;
  seals: number;
  inode_id: Int64;
  hugetlb_flag?: number;
  mode?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface AioRingEntry {
  id: Int64;
  nr_req: number;
  ring_len: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface MmEntry {
  mm_start_code: Int64;
  mm_end_code: Int64;
  mm_start_data: Int64;
  mm_end_data: Int64;
  mm_start_stack: Int64;
  mm_start_brk: Int64;
  mm_brk: Int64;
  mm_arg_start: Int64;
  mm_arg_end: Int64;
  mm_env_start: Int64;
  mm_env_end: Int64;
  exe_file_id: number;
  mm_saved_auxv?: Int64[];
  vmas?: VmaEntry[];
  dumpable?: number;
  aios?: AioRingEntry[];
  thp_disabled?: boolean;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface MntEntry {
  fstype: number;
  mnt_id: number;
  root_dev: number;
  parent_mnt_id: number;
  flags: number;
  root: ProtoString;
  mountpoint: ProtoString;
  source: ProtoString;
  options: ProtoString;
  shared_id?: number;
  master_id?: number;
  with_plugin?: boolean;
  ext_mount?: boolean;
  fsname?: ProtoString;
  internal_sharing?: boolean;
  deleted?: boolean;
  sb_flags?: number;
  ext_key?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface NetDeviceEntry {
  type: NdType;
  ifindex: number;
  mtu: number;
  flags: number;
  name: ProtoString;
  tun?: TunLinkEntry;
  address?: string;
  conf?: number[];
  conf4?: SysctlEntry[];
  conf6?: SysctlEntry[];
  macvlan?: MacvlanLinkEntry;
  peer_ifindex?: number;
  peer_nsid?: number;
  master?: number;
  sit?: SitEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface NetnsId {
  target_ns_id: number;
  netnsid_value: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface NetnsEntry {
  def_conf?: number[];
  all_conf?: number[];
  def_conf4?: SysctlEntry[];
  all_conf4?: SysctlEntry[];
  def_conf6?: SysctlEntry[];
  all_conf6?: SysctlEntry[];
  nsids?: NetnsId[];
  ext_key?: ProtoString;
  unix_conf?: SysctlEntry[];
  ipv4_sysctl?: SysctlEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface NsFileEntry {
  id: number;
  ns_id: number;
  ns_cflag: number;
  flags: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacketMclist {
  index: number;
  type: number;
  addr: string;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacketRing {
  block_size: number;
  block_nr: number;
  frame_size: number;
  frame_nr: number;
  retire_tmo: number;
  sizeof_priv: number;
  features: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PacketSockEntry {
  id: number;
  type: number;
  protocol: number;
  flags: number;
  ifindex: number;
  fown: FownEntry;
  opts: SkOptsEntry;
  version: number;
  reserve: number;
  aux_data: boolean;
  orig_dev: boolean;
  vnet_hdr: boolean;
  loss: boolean;
  timestamp: number;
  copy_thresh: number;
  mclist?: PacketMclist[];
  fanout?: number;
  rx_ring?: PacketRing;
  tx_ring?: PacketRing;
  ns_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PagemapHead {
  pages_id: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PagemapEntry {
  vaddr: Int64;
  compat_nr_pages: number;
  in_parent?: boolean;
  flags?: number;
  nr_pages?: Int64;
  blocks?: PagemapBlocks;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PagemapBlocks {
  block_sizes?: number[];
  total_payload_size: Int64;
  pages_per_block: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PidfdEntry {
  id: number;
  ino: number;
  flags: number;
  nspid: number;
  fown: FownEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PidnsEntry {
  ext_key?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PipeDataEntry {
  pipe_id: number;
  bytes: number;
  size?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PipeEntry {
  id: number;
  pipe_id: number;
  flags: number;
  fown: FownEntry;
  uid?: number;
  gid?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PstreeEntry {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  threads?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface RegFileEntry {
  id: number;
  flags: number;
  pos: Int64;
  fown: FownEntry;
  name: ProtoString;
  mnt_id?: number;
  size?: Int64;
  ext?: boolean;
  mode?: number;
  build_id?: number[];
  checksum?: number;
  checksum_config?: number;
  checksum_parameter?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface RemapFilePathEntry {
  orig_id: number;
  remap_id: number;
  remap_type?: RemapType;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface RlimitEntry {
  cur: Int64;
  max: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface RseqEntry {
  rseq_abi_pointer: Int64;
  rseq_abi_size: number;
  signature: number;
  rseq_cs_pointer?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SaEntry {
  sigaction: Int64;
  flags: Int64;
  restorer: Int64;
  mask: Int64;
  compat_sigaction?: boolean;
  mask_extended?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SeccompFilter {
  filter: string;
  prev?: number;
  flags?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SeccompEntry {
  seccomp_filters?: SeccompFilter[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SiginfoEntry {
  siginfo: string;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SignalQueueEntry {
  signals?: SiginfoEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SignalfdEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  sigmask: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SitEntry {
  link?: number;
  local?: number[];
  remote?: number[];
  ttl?: number;
  tos?: number;
  pmtudisc?: boolean;
  proto?: number;
  flags?: number;
  encap_type?: number;
  encap_flags?: number;
  encap_sport?: number;
  encap_dport?: number;
  rd_prefixlen?: number;
  rd_prefix?: number[];
  relay_prefixlen?: number;
  relay_prefix?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpOptsRawEntry {
  hdrincl?: boolean;
  nodefrag?: boolean;
  checksum?: boolean;
  icmpv_filter?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface IpOptsEntry {
  freebind?: boolean;
  raw?: IpOptsRawEntry;
  pktinfo?: boolean;
  tos?: number;
  ttl?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface InetSkEntry {
  id: number;
  ino: number;
  family: number;
  type: number;
  proto: number;
  state: number;
  src_port: number;
  dst_port: number;
  flags: number;
  backlog: number;
  src_addr?: number[];
  dst_addr?: number[];
  fown: FownEntry;
  opts: SkOptsEntry;
  v6only?: boolean;
  ip_opts?: IpOptsEntry;
  ifname?: ProtoString;
  ns_id?: number;
  shutdown?: SkShutdown;
  tcp_opts?: TcpOptsEntry;
  uid?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface NetlinkSkEntry {
  id: number;
  ino: number;
  protocol: number;
  state: number;
  flags: number;
  portid: number;
  groups?: number[];
  dst_portid: number;
  dst_group: number;
  fown: FownEntry;
  opts: SkOptsEntry;
  ns_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SkOptsEntry {
  so_sndbuf: number;
  so_rcvbuf: number;
  so_snd_tmo_sec: Int64;
  so_snd_tmo_usec: Int64;
  so_rcv_tmo_sec: Int64;
  so_rcv_tmo_usec: Int64;
  reuseaddr?: boolean;
  so_priority?: number;
  so_rcvlowat?: number;
  so_mark?: number;
  so_passcred?: boolean;
  so_passsec?: boolean;
  so_dontroute?: boolean;
  so_no_check?: boolean;
  so_bound_dev?: ProtoString;
  so_filter?: Int64[];
  so_reuseport?: boolean;
  so_broadcast?: boolean;
  so_keepalive?: boolean;
  tcp_keepcnt?: number;
  tcp_keepidle?: number;
  tcp_keepintvl?: number;
  so_oobinline?: number;
  so_linger?: number;
  so_buf_lock?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ScmEntry {
  type: number;
  rights?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SkUcredEntry {
  uid: number;
  gid: number;
  pid: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SkPacketEntry {
  id_for: number;
  length: number;
  scm?: ScmEntry[];
  ucred?: SkUcredEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface FilePermsEntry {
  mode: number;
  uid: number;
  gid: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UnixSkEntry {
  id: number;
  ino: number;
  type: number;
  state: number;
  flags: number;
  uflags: number;
  backlog: number;
  peer: number;
  fown: FownEntry;
  opts: SkOptsEntry;
  name: string;
  shutdown?: SkShutdown;
  file_perms?: FilePermsEntry;
  name_dir?: ProtoString;
  deleted?: boolean;
  ns_id?: number;
  mnt_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface DumpStatsEntry {
  freezing_time: number;
  frozen_time: number;
  memdump_time: number;
  memwrite_time: number;
  pages_scanned: Int64;
  pages_skipped_parent: Int64;
  pages_written: Int64;
  irmap_resolve?: number;
  pages_lazy: Int64;
  page_pipes?: Int64;
  page_pipe_bufs?: Int64;
  shpages_scanned?: Int64;
  shpages_skipped_parent?: Int64;
  shpages_written?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface RestoreStatsEntry {
  pages_compared: Int64;
  pages_skipped_cow: Int64;
  forking_time: number;
  restore_time: number;
  pages_restored?: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface StatsEntry {
  dump?: DumpStatsEntry;
  restore?: RestoreStatsEntry;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface SysctlEntry {
  type: SysctlType;
  iarg?: number;
  sarg?: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TcpOptsEntry {
  cork?: boolean;
  nodelay?: boolean;
  keepcnt?: number;
  keepidle?: number;
  keepintvl?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TcpStreamEntry {
  inq_len: number;
  inq_seq: number;
  outq_len: number;
  outq_seq: number;
  opt_mask: number;
  snd_wscale: number;
  mss_clamp: number;
  rcv_wscale?: number;
  timestamp?: number;
  cork?: boolean;
  nodelay?: boolean;
  unsq_len?: number;
  snd_wl1?: number;
  snd_wnd?: number;
  max_window?: number;
  rcv_wnd?: number;
  rcv_wup?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface Timeval {
  tv_sec: Int64;
  tv_usec: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface Timespec {
  tv_sec: Int64;
  tv_nsec: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TimensEntry {
  monotonic: Timespec;
  boottime: Timespec;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface ItimerEntry {
  isec: Int64;
  iusec: Int64;
  vsec: Int64;
  vusec: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface PosixTimerEntry {
  it_id: number;
  clock_id: number;
  si_signo: number;
  it_sigev_notify: number;
  sival_ptr: Int64;
  overrun: number;
  isec: Int64;
  insec: Int64;
  vsec: Int64;
  vnsec: Int64;
  notify_thread_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TaskTimersEntry {
  real: ItimerEntry;
  virt: ItimerEntry;
  prof: ItimerEntry;
  posix?: PosixTimerEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TimerfdEntry {
  id: number;
  flags: number;
  fown: FownEntry;
  clockid: number;
  ticks: Int64;
  settime_flags: number;
  vsec: Int64;
  vnsec: Int64;
  isec: Int64;
  insec: Int64;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface WinsizeEntry {
  ws_row: number;
  ws_col: number;
  ws_xpixel: number;
  ws_ypixel: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TermiosEntry {
  c_iflag: number;
  c_oflag: number;
  c_cflag: number;
  c_lflag: number;
  c_line: number;
  c_ispeed: number;
  c_ospeed: number;
  c_cc?: number[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TtyPtyEntry {
  index: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TtyDataEntry {
  tty_id: number;
  data: string;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TtyInfoEntry {
  id: number;
  type: TtyType;
  locked: boolean;
  exclusive: boolean;
  packet_mode: boolean;
  sid: number;
  pgrp: number;
  rdev: number;
  termios?: TermiosEntry;
  termios_locked?: TermiosEntry;
  winsize?: WinsizeEntry;
  pty?: TtyPtyEntry;
  dev?: number;
  uid?: number;
  gid?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TtyFileEntry {
  id: number;
  tty_info_id: number;
  flags: number;
  fown: FownEntry;
  regf_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TunfileEntry {
  id: number;
  netdev?: ProtoString;
  detached?: boolean;
  ns_id?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface TunLinkEntry {
  flags: number;
  owner: number;
  group: number;
  vnethdr: number;
  sndbuf: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UidGidExtent {
  first: number;
  lower_first: number;
  count: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UsernsEntry {
  uid_map?: UidGidExtent[];
  gid_map?: UidGidExtent[];
  binfmt_misc?: BinfmtMiscEntry[];
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface UtsnsEntry {
  nodename: ProtoString;
  domainname: ProtoString;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

export interface VmaEntry {
  start: Int64;
  end: Int64;
  pgoff: Int64;
  shmid: Int64;
  prot: number;
  flags: number;
  status: number;
  fd: Int64;
  madv?: Int64;
  fdflags?: number;
  /** Fields that the schema does not know: base64 of their bytes. */
  '@unknown'?: string;
}

/** Message of each image's entries. */
export interface EntryByMagic {
  APPARMOR: ApparmorEntry;
  AUTOFS: AutofsEntry;
  BINFMT_MISC: BinfmtMiscEntry;
  BPFMAP_DATA: BpfmapDataEntry;
  BPFMAP_FILE: BpfmapFileEntry;
  CGROUP: CgroupEntry;
  CORE: CoreEntry;
  CPUINFO: CpuinfoEntry;
  CREDS: CredsEntry;
  EVENTFD_FILE: EventfdFileEntry;
  EVENTPOLL_FILE: EventpollFileEntry;
  EVENTPOLL_TFD: EventpollTfdEntry;
  EXT_FILES: ExtFileEntry;
  FANOTIFY_FILE: FanotifyFileEntry;
  FANOTIFY_MARK: FanotifyMarkEntry;
  FDINFO: FdinfoEntry;
  FIFO: FifoEntry;
  FIFO_DATA: PipeDataEntry;
  FILES: FileEntry;
  FILE_LOCKS: FileLockEntry;
  FS: FsEntry;
  GHOST_FILE: Either<GhostFileEntry, GhostChunkEntry>;
  IDS: TaskKobjIdsEntry;
  INETSK: InetSkEntry;
  INOTIFY_FILE: InotifyFileEntry;
  INOTIFY_WD: InotifyWdEntry;
  INVENTORY: InventoryEntry;
  IPCNS_MSG: IpcMsgEntry;
  IPCNS_SEM: IpcSemEntry;
  IPCNS_SHM: IpcShmEntry;
  IPC_VAR: IpcVarEntry;
  IRMAP_CACHE: IrmapCacheEntry;
  ITIMERS: ItimerEntry;
  MEMFD_INODE: MemfdInodeEntry;
  MM: MmEntry;
  MNTS: MntEntry;
  NETDEV: NetDeviceEntry;
  NETLINK_SK: NetlinkSkEntry;
  NETNS: NetnsEntry;
  NS_FILES: NsFileEntry;
  PACKETSK: PacketSockEntry;
  PAGEMAP: Either<PagemapHead, PagemapEntry>;
  PIDFD: PidfdEntry;
  PIDNS: PidnsEntry;
  PIPES: PipeEntry;
  PIPES_DATA: PipeDataEntry;
  POSIX_TIMERS: PosixTimerEntry;
  PSTREE: PstreeEntry;
  REG_FILES: RegFileEntry;
  REMAP_FPATH: RemapFilePathEntry;
  RLIMIT: RlimitEntry;
  SECCOMP: SeccompEntry;
  SIGACT: SaEntry;
  SIGNAL: SiginfoEntry;
  SIGNALFD: SignalfdEntry;
  SK_QUEUES: SkPacketEntry;
  STATS: StatsEntry;
  TCP_STREAM: TcpStreamEntry;
  TIMENS: TimensEntry;
  TIMERFD: TimerfdEntry;
  TTY_DATA: TtyDataEntry;
  TTY_FILES: TtyFileEntry;
  TTY_INFO: TtyInfoEntry;
  TUNFILE: TunfileEntry;
  UNIXSK: UnixSkEntry;
  USERNS: UsernsEntry;
  UTSNS: UtsnsEntry;
  VMAS: VmaEntry;
}

/** What follows the entries of images that have extras. */
export interface ExtraKindByMagic {
  BPFMAP_DATA: 'bpfmap-data';
  FIFO_DATA: 'pipe-data';
  GHOST_FILE: 'ghost-file';
  IPCNS_MSG: 'ipc-msg';
  IPCNS_SEM: 'ipc-sem';
  IPCNS_SHM: 'ipc-shm';
  PIPES_DATA: 'pipe-data';
  SK_QUEUES: 'sk-queue';
  TCP_STREAM: 'tcp-stream';
}

/** Message of the first entry, or of the others: any field of either can be asked for. */
type Either<First, Rest> =
  | (First & { [Name in Exclude<keyof Rest, keyof First>]?: never })
  | (Rest & { [Name in Exclude<keyof First, keyof Rest>]?: never });
